package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.AttentionCase;
import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What MLX refuses becomes an error that says what was asked, and costs no more than the pass. */
final class FailingPassTest {

    private static final AttentionCase CASE = new AttentionCase(2, 1, 16, AttentionShape.FULL, 40, 1);
    private static final AttentionShape SHAPE = new AttentionShape(1, 2, 1, 16, 0.25f, AttentionShape.FULL);

    private MlxBackend backend;
    private MlxRuntime mlx;

    @BeforeEach
    void start() {
        backend = TestMlx.backend();
        mlx = MlxRuntime.start(MlxBackends.library(null));
    }

    @AfterEach
    void stop() {
        if (backend != null) {
            backend.close();
        }
    }

    @Test
    void anErrorHasMlxsTextTheOperationAndTheShapes() {
        MlxPass pass = pass();
        try (MlxOps ops = new MlxOps(pass)) {
            Tensor x = ops.upload(new float[6], 3);
            pass.later(graph -> graph.matmul(graph.array(new float[6], 2, 3), graph.array(new float[20], 4, 5)));
            assertThatThrownBy(() -> ops.read(x, 0, new float[3])).isInstanceOfSatisfying(ExofluxException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL);
                assertThat(e)
                        .hasMessageContaining("matmul of [2, 3] and [4, 5]")
                        .hasMessageContaining("(4,5)") // MLX's own words
                        .hasMessageContaining("\nMaybe ")
                        .message()
                        .doesNotContain(".cpp");
            });
        }
        assertThat(CASE.run(backend, 7)).hasDimensions(40, 32);
    }

    @Test
    void aPassThatMlxRefusesToBuildLeavesTheCacheAsItWas() {
        float[][] whole = CASE.run(backend, 40);
        try (KvCache cache = backend.newCache(CASE.kvShape(), 40)) {
            CASE.append(backend, cache, 0, 30);
            long handles = backend.liveHandles();
            assertThatThrownBy(() -> attend(cache, graph -> graph.reshape(graph.array(new float[6], 6), 7)))
                    .hasMessageContaining("reshape of [6]");
            assertThat(backend.liveHandles()).isEqualTo(handles);
            float[][] rest = CASE.append(backend, cache, 30, 10);
            assertThat(rest[9]).usingComparatorWithPrecision(1e-5f).containsExactly(whole[39]);
        }
    }

    @Test
    void aPassThatCannotBeComputedSaysSoAndLosesItsCachesAlone() {
        try (KvCache cache = backend.newCache(CASE.kvShape(), 40);
                KvCache other = backend.newCache(CASE.kvShape(), 40)) {
            CASE.append(backend, cache, 0, 30);
            CASE.append(backend, other, 0, 30);
            long handles = backend.liveHandles();
            assertThatThrownBy(() -> attend(cache, this::inverseOfZeros))
                    .isInstanceOf(ExofluxException.class)
                    .hasMessageContaining("MLX failed in evaluate")
                    .hasMessageContaining("LU factorization failed");
            assertThat(backend.liveHandles()).isEqualTo(handles);
            assertThatThrownBy(() -> CASE.append(backend, cache, 30, 1)).hasMessageContaining("lost in a pass");
            assertThat(CASE.append(backend, other, 30, 1)).hasDimensions(1, 32);
            cache.trim(0);
            float[][] anew = CASE.append(backend, cache, 0, 40);
            assertThat(anew[39]).usingComparatorWithPrecision(1e-5f).containsExactly(CASE.run(backend, 40)[39]);
        }
    }

    /** The inverse of a matrix that has none: built without complaint, and found out when it is computed. */
    @SuppressWarnings("restricted") // a function that we do not bind
    private long inverseOfZeros(Graph graph) {
        MemorySegment out = mlx.cells().out();
        MethodHandle inverse = Linker.nativeLinker()
                .downcallHandle(
                        SymbolLookup.libraryLookup(mlx.library().path(), Arena.global())
                                .findOrThrow("mlx_linalg_inv"),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
        try {
            int status = (int) inverse.invokeExact(out, graph.array(new float[9], 3, 3), mlx.device().stream());
            assertThat(status).isZero();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return graph.slice(graph.own(mlx.cells().result()), new int[] {0, 0}, new int[] {1, 1});
    }

    private interface More {
        long make(Graph graph);
    }

    /** A pass of three tokens from position 30 on; the number that {@code more} makes is added to what it reads. */
    private void attend(KvCache cache, More more) {
        MlxPass pass = pass();
        float[] numbers = new float[3 * 32];
        Arrays.fill(numbers, 0.5f);
        try (MlxOps ops = new MlxOps(pass)) {
            Tensor q = ops.upload(numbers, 32);
            Tensor kv = ops.upload(Arrays.copyOf(numbers, 3 * 16), 16);
            Tensor y = ops.attention(q, kv, kv, SHAPE, new Positions(List.of(new Positions.Run(cache, 30, 3))));
            pass.later(graph -> {
                long made = more.make(graph);
                MlxTensor tensor = (MlxTensor) y;
                tensor.be(graph.add(tensor.array(), made));
            });
            ops.read(y, 0, new float[32]);
        }
    }

    /** MLX itself would end the process: it does not ask whether it got what it allocates. */
    @Test
    void whatDoesNotFitIsRefusedBeforeMlxIsAsked() {
        KvShape huge = new KvShape(100, 1_000, 1_000);
        try (KvCache cache = backend.newCache(huge, 1 << 20);
                Ops ops = backend.open()) {
            Tensor x = ops.upload(new float[1_000_000], 1_000_000);
            AttentionShape shape = new AttentionShape(0, 1_000, 1_000, 1_000, 1, AttentionShape.FULL);
            Positions at = new Positions(List.of(new Positions.Run(cache, 0, 1)));
            assertThatThrownBy(() -> ops.attention(x, x, x, shape, at))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
                    .hasMessageContaining("a KV cache of 256 positions");
            assertThat(backend.residentBytes()).isZero();
        }
    }

    private MlxPass pass() {
        return new MlxPass(mlx, new Constants(mlx), ArrayType.F32);
    }

    @Test
    void passesGoOnAfterAnInterrupt() {
        Thread.currentThread().interrupt();
        try (Ops ops = backend.open()) {
            float[] row = new float[2];
            ops.read(ops.upload(new float[] {1, 2}, 2), 0, row);
            assertThat(row).containsExactly(1, 2);
        }
        assertThat(Thread.interrupted()).isTrue();
    }
}
