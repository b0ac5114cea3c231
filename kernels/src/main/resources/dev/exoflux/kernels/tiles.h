/*
 * Words for what a tile does in each of its cells, R rows by B vectors of columns. A file that uses them includes itself for
 * each shape: compilers keep a sum in a register if it has a name of its own, but not always if it is an element of an array.
 */
#ifndef EXOFLUX_TILES
#define EXOFLUX_TILES

#define JOIN(a, b, c, d) JOINED(a, b, c, d)
#define JOINED(a, b, c, d) a##b##c##d

/* f(r, b) for each row of a tile and each vector of its columns; f(b) for each vector. */
#define CELLS(f) JOIN(ROWS, R, , )(f, B)
#define ROWS1(f, n) ROW(f, 0, n)
#define ROWS2(f, n) ROWS1(f, n) ROW(f, 1, n)
#define ROWS3(f, n) ROWS2(f, n) ROW(f, 2, n)
#define ROWS4(f, n) ROWS3(f, n) ROW(f, 3, n)
#define ROWS5(f, n) ROWS4(f, n) ROW(f, 4, n)
#define ROWS6(f, n) ROWS5(f, n) ROW(f, 5, n)
#define ROWS7(f, n) ROWS6(f, n) ROW(f, 6, n)
#define ROWS8(f, n) ROWS7(f, n) ROW(f, 7, n)
#define ROW(f, r, n) JOIN(ROW, n, , )(f, r)
#define ROW1(f, r) f(r, 0)
#define ROW2(f, r) f(r, 0) f(r, 1)
#define ROW4(f, r) ROW2(f, r) f(r, 2) f(r, 3)
#define COLUMNS(f) JOIN(COLUMNS, B, , )(f)
#define COLUMNS1(f) f(0)
#define COLUMNS2(f) f(0) f(1)
#define COLUMNS4(f) COLUMNS2(f) f(2) f(3)

/* What a tile of either file is made of. One to four vectors of columns share each activation that is spread over the lanes; more
 * would not leave registers for the sums. */
#define START(b) \
    const uint8_t *at##b = p->w + (column + b * LANES) / BLOCK * p->block_bytes + (column + b * LANES) % BLOCK * 4;
#define ACC(r, b) floats acc##r##b = ZERO_FLOATS;
#define OUT(r, b) (p->out + (int64_t)(row + r) * p->stride + column + b * LANES)
#define STORE_ACC(r, b) STORE(OUT(r, b), acc##r##b);

/*
 * Rows that are few: their products wait for the weights. So these are asked for AHEAD bytes before they are needed, and whole
 * numbers are read one block after the other, since what lies ahead of the end of one is the start of the next. With many rows
 * most tiles find their weights in a cache, and asking for them again would cost a third of the speed.
 */
#define FEW_ROWS 32
#define AHEAD 4096

/* Once for each line of memory. */
#define FETCH(b, line) \
    if (FEW && b * LANES % BLOCK == 0) __builtin_prefetch((line) + AHEAD);

/* Columns that all rows pass over before the next are read: few enough to stay in the second-level cache. */
#define PANEL (4 * BLOCK)
#endif
