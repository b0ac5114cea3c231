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
#endif
