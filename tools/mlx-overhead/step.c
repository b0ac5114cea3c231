/*
 * What MLX's C layer costs a program in C: one call of each kind, and the graph of one decode step of the 1B shape (16 layers,
 * 4 bits), built and freed without being computed. GraphCost.java and step.py build the same graph. Asked by compare.py: a line
 * names what to measure, a line answers with nanoseconds.
 *
 * The prototypes are written out: the installed library comes without headers.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct { void *ctx; } mlx_array;
typedef struct { void *ctx; } mlx_stream;
typedef struct { void *ctx; } mlx_vector_array;
typedef struct { int value; bool has; } optional_int;
typedef struct { float value; bool has; } optional_float;

enum { U32 = 3, I32 = 7, F32 = 10 };

mlx_stream mlx_default_cpu_stream_new(void);
mlx_array mlx_array_new_data(const void *data, const int *shape, int dim, int dtype);
int mlx_array_free(mlx_array array);
size_t mlx_array_ndim(mlx_array array);
mlx_vector_array mlx_vector_array_new_data(const mlx_array *data, size_t size);
int mlx_vector_array_free(mlx_vector_array vector);
int mlx_eval(mlx_vector_array outputs);
int mlx_zeros(mlx_array *res, const int *shape, size_t n, int dtype, mlx_stream s);
int mlx_add(mlx_array *res, mlx_array a, mlx_array b, mlx_stream s);
int mlx_multiply(mlx_array *res, mlx_array a, mlx_array b, mlx_stream s);
int mlx_sigmoid(mlx_array *res, mlx_array a, mlx_stream s);
int mlx_reshape(mlx_array *res, mlx_array a, const int *shape, size_t n, mlx_stream s);
int mlx_transpose_axes(mlx_array *res, mlx_array a, const int *axes, size_t n, mlx_stream s);
int mlx_contiguous(mlx_array *res, mlx_array a, bool allow_col_major, mlx_stream s);
int mlx_slice(mlx_array *res, mlx_array a, const int *start, size_t n, const int *stop, size_t m, const int *strides, size_t k,
              mlx_stream s);
int mlx_slice_update(mlx_array *res, mlx_array a, mlx_array with, const int *start, size_t n, const int *stop, size_t m,
                     const int *strides, size_t k, mlx_stream s);
int mlx_take_axis(mlx_array *res, mlx_array a, mlx_array indices, int axis, mlx_stream s);
int mlx_quantized_matmul(mlx_array *res, mlx_array x, mlx_array w, mlx_array scales, mlx_array biases, bool transpose,
                         optional_int group, optional_int bits, const char *mode, mlx_stream s);
int mlx_dequantize(mlx_array *res, mlx_array w, mlx_array scales, mlx_array biases, optional_int group, optional_int bits,
                   const char *mode, mlx_array global_scale, optional_int dtype, mlx_stream s);
int mlx_fast_rms_norm(mlx_array *res, mlx_array x, mlx_array weight, float eps, mlx_stream s);
int mlx_fast_rope_dynamic(mlx_array *res, mlx_array x, int dims, bool traditional, optional_float base, float scale,
                          mlx_array offset, mlx_array freqs, mlx_stream s);
int mlx_fast_scaled_dot_product_attention(mlx_array *res, mlx_array q, mlx_array k, mlx_array v, float scale, const char *mode,
                                          mlx_array mask, mlx_array sinks, bool force_fused, mlx_stream s);

enum { LAYERS = 16, HIDDEN = 2048, INNER = 8192, HEADS = 32, KV_HEADS = 8, HEAD = 64, VOCABULARY = 128256, BLOCK = 256, AT = 100 };
enum { MOST = 64 };

static mlx_stream s;
static mlx_array owned[MOST];
static int count;

static mlx_array own(int status, mlx_array array) {
    if (status != 0) {
        exit(3);
    }
    owned[count++] = array;
    return array;
}

static void free_all_but(mlx_array kept) {
    for (int i = 0; i < count; i++) {
        if (owned[i].ctx != kept.ctx) {
            mlx_array_free(owned[i]);
        }
    }
    count = 0;
    if (kept.ctx != NULL) {
        owned[count++] = kept;
    }
}

/* The call `mlx_F(&result, ...)` as an expression whose value is the result, owned. */
#define OP(f, ...) __extension__({ mlx_array out = {NULL}; int status = mlx_##f(&out, __VA_ARGS__, s); own(status, out); })

typedef struct { mlx_array packed, scales, biases; } matrix;

static mlx_array zeros(int dtype, int n, const int *shape) {
    mlx_array out = {NULL};
    if (mlx_zeros(&out, shape, n, dtype, s) != 0) {
        exit(3);
    }
    mlx_vector_array all = mlx_vector_array_new_data(&out, 1);
    if (mlx_eval(all) != 0) {
        exit(3);
    }
    mlx_vector_array_free(all);
    return out;
}

static matrix weights(int rows, int columns) {
    int packed[] = {rows, columns / 8}, groups[] = {rows, columns / 64};
    return (matrix){zeros(U32, 2, packed), zeros(F32, 2, groups), zeros(F32, 2, groups)};
}

static const optional_int GROUP = {64, true}, BITS = {4, true}, TYPE = {F32, true};

static mlx_array linear(mlx_array x, matrix w) {
    return OP(quantized_matmul, x, w.packed, w.scales, w.biases, true, GROUP, BITS, "affine");
}

/* Every layer's weights are the same arrays: the graph does not care, and they fit into any memory. */
static matrix q, k, v, o, gate, up, down, head;
static mlx_array norm, periods, cache[2 * LAYERS];

static mlx_array rope(mlx_array x, int heads, mlx_array position) {
    int by_head[] = {1, heads, 1, HEAD};
    mlx_array parts = OP(reshape, x, by_head, 4);
    return OP(fast_rope_dynamic, parts, HEAD, false, (optional_float){0, false}, 1, position, periods);
}

/* Writes a row to a cache, and gives what the step sees of it. */
static mlx_array seen(int index, mlx_array row, mlx_array *written) {
    static const int start[] = {0, 0, AT, 0}, stop[] = {1, KV_HEADS, AT + 1, HEAD}, ones[] = {1, 1, 1, 1}, from[] = {0, 0, 0, 0};
    mlx_array after = {NULL};
    if (mlx_slice_update(&after, cache[index], row, start, 4, stop, 4, ones, 4, s) != 0) {
        exit(3);
    }
    *written = after;
    return OP(slice, after, from, 4, stop, 4, ones, 4);
}

static mlx_array layer(mlx_array x, int index, mlx_array position, mlx_array *written) {
    static const int row[] = {1, HIDDEN}, by_head[] = {1, KV_HEADS, 1, HEAD};
    mlx_array h = OP(fast_rms_norm, x, norm, 1e-5f);
    mlx_array queries = linear(h, q), keys = linear(h, k), values = linear(h, v);
    queries = rope(queries, HEADS, position);
    keys = rope(keys, KV_HEADS, position);
    keys = seen(2 * index, keys, &written[2 * index]);
    values = OP(reshape, values, by_head, 4);
    values = seen(2 * index + 1, values, &written[2 * index + 1]);
    mlx_array mixed = OP(fast_scaled_dot_product_attention, queries, keys, values, 0.125f, "", (mlx_array){NULL}, (mlx_array){NULL}, false);
    mixed = OP(reshape, mixed, row, 2);
    x = OP(add, x, linear(mixed, o));
    h = OP(fast_rms_norm, x, norm, 1e-5f);
    mlx_array opened = linear(h, gate), other = linear(h, up);
    mlx_array sigma = OP(sigmoid, opened);
    mlx_array silu = OP(multiply, opened, sigma);
    mlx_array inner = OP(multiply, silu, other);
    return OP(add, x, linear(inner, down));
}

static void step(void) {
    static const int one[] = {1};
    int id = 17, at = AT;
    mlx_array written[2 * LAYERS];
    mlx_array position = mlx_array_new_data(&at, one, 1, I32);
    mlx_array ids = own(0, mlx_array_new_data(&id, one, 1, I32));
    mlx_array packed = OP(take_axis, head.packed, ids, 0), scales = OP(take_axis, head.scales, ids, 0);
    mlx_array biases = OP(take_axis, head.biases, ids, 0);
    mlx_array x = OP(dequantize, packed, scales, biases, GROUP, BITS, "affine", (mlx_array){NULL}, TYPE);
    for (int i = 0; i < LAYERS; i++) {
        x = layer(x, i, position, written);
        free_all_but(x);
    }
    mlx_array h = OP(fast_rms_norm, x, norm, 1e-5f);
    OP(contiguous, linear(h, head), false);
    free_all_but((mlx_array){NULL});
    for (int i = 0; i < 2 * LAYERS; i++) {
        mlx_array_free(written[i]);
    }
    mlx_array_free(position);
}

static mlx_array a;

static void getter(void) {
    if (mlx_array_ndim(a) != 1) {
        exit(3);
    }
}

static void make_and_free(void) {
    static const int one = 1;
    mlx_array_free(mlx_array_new_data(&one, &one, 1, I32));
}

static void add_and_free(void) {
    mlx_array out = {NULL};
    if (mlx_add(&out, a, a, s) != 0) {
        exit(3);
    }
    mlx_array_free(out);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Nanoseconds of one, the best of a quarter of a second. */
static double best(void (*what)(void), int at_once) {
    double least = 1e18;
    for (int64_t end = now() + 250000000LL; now() < end;) {
        int64_t start = now();
        for (int i = 0; i < at_once; i++) {
            what();
        }
        double each = (double)(now() - start) / at_once;
        least = each < least ? each : least;
    }
    return least;
}

int main(void) {
    s = mlx_default_cpu_stream_new();
    a = zeros(I32, 1, (int[]){1});
    q = o = weights(HIDDEN, HIDDEN);
    k = v = weights(KV_HEADS * HEAD, HIDDEN);
    gate = up = weights(INNER, HIDDEN);
    down = weights(HIDDEN, INNER);
    head = weights(VOCABULARY, HIDDEN);
    norm = zeros(F32, 1, (int[]){HIDDEN});
    periods = zeros(F32, 1, (int[]){HEAD / 2});
    for (int i = 0; i < 2 * LAYERS; i++) {
        cache[i] = zeros(F32, 4, (int[]){1, KV_HEADS, BLOCK, HEAD});
    }
    char line[32];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = 0;
        double nanos = !strcmp(line, "getter")  ? best(getter, 10000)
                       : !strcmp(line, "make")  ? best(make_and_free, 1000)
                       : !strcmp(line, "add")   ? best(add_and_free, 1000)
                       : !strcmp(line, "step")  ? best(step, 10)
                                                : -1;
        printf("%.1f\n", nanos);
        fflush(stdout);
    }
    return 0;
}
