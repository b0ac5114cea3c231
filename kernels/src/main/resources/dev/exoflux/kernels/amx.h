/* Products of whole numbers on the matrix tiles of AMX, where the processor has them and the system lends them. */
#ifndef EXOFLUX_AMX
#define EXOFLUX_AMX

#include <stdint.h>

/* Rows from which on a product is one for tiles; a product of fewer leaves them half empty. */
#define TILED_ROWS 16

/* Whether products of so many rows go by tiles: then the rows of activations lie one after another. */
int exoflux_tiled(int32_t rows);

/* As exoflux_int8_product. */
void exoflux_tiled_product(
        const uint8_t *w, int64_t block_bytes, int64_t group_bytes, int32_t groups, int32_t words, int32_t scale_words,
        int32_t bits, int32_t blocks, const int32_t *x, const float *steps, const float *sums, int32_t row_count,
        float *out);

#endif
