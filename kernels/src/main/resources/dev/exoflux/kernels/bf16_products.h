#ifndef EXOFLUX_BF16_PRODUCTS
#define EXOFLUX_BF16_PRODUCTS

#include <stdint.h>

/* Of so many rows of activations those of a tile at most. */
int32_t exoflux_bf16_tile_rows(int32_t rows);

#endif
