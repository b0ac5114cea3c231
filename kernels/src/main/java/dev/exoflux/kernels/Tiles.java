package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;

import jdk.incubator.vector.FloatVector;

/**
 * Products of a panel of weights {@code [k][WIDTH]} with tiles of rows {@code [k][rows of the tile]}, added to {@code c},
 * {@code [rows][WIDTH]}: all sums of a tile stay in registers.
 *
 * <p>The shapes are those whose sums, one vector of weights and one of activations fit into the 16 registers of AVX2, and
 * whose chains of dependent products are many enough to keep both multipliers busy. Everything is spelled out because the
 * compiler keeps only local variables in registers.
 */
final class Tiles {

    /** Columns of a panel: two blocks of rows of the matrix. */
    static final int WIDTH = 2 * Lanes.BLOCK;

    private Tiles() {}

    /** {@code c[r] += sum over k of panel[k] * x[k][r]} for 12 rows and one vector of columns. */
    static void rows12(float[] x, int xAt, int count, float[] panel, int panelAt, float[] c, int cAt) {
        FloatVector c0 = FloatVector.fromArray(F, c, cAt);
        FloatVector c1 = FloatVector.fromArray(F, c, cAt + 1 * WIDTH);
        FloatVector c2 = FloatVector.fromArray(F, c, cAt + 2 * WIDTH);
        FloatVector c3 = FloatVector.fromArray(F, c, cAt + 3 * WIDTH);
        FloatVector c4 = FloatVector.fromArray(F, c, cAt + 4 * WIDTH);
        FloatVector c5 = FloatVector.fromArray(F, c, cAt + 5 * WIDTH);
        FloatVector c6 = FloatVector.fromArray(F, c, cAt + 6 * WIDTH);
        FloatVector c7 = FloatVector.fromArray(F, c, cAt + 7 * WIDTH);
        FloatVector c8 = FloatVector.fromArray(F, c, cAt + 8 * WIDTH);
        FloatVector c9 = FloatVector.fromArray(F, c, cAt + 9 * WIDTH);
        FloatVector c10 = FloatVector.fromArray(F, c, cAt + 10 * WIDTH);
        FloatVector c11 = FloatVector.fromArray(F, c, cAt + 11 * WIDTH);
        for (int k = 0; k < count; k++) {
            FloatVector w = FloatVector.fromArray(F, panel, panelAt + k * WIDTH);
            int at = xAt + k * 12;
            c0 = w.fma(FloatVector.broadcast(F, x[at]), c0);
            c1 = w.fma(FloatVector.broadcast(F, x[at + 1]), c1);
            c2 = w.fma(FloatVector.broadcast(F, x[at + 2]), c2);
            c3 = w.fma(FloatVector.broadcast(F, x[at + 3]), c3);
            c4 = w.fma(FloatVector.broadcast(F, x[at + 4]), c4);
            c5 = w.fma(FloatVector.broadcast(F, x[at + 5]), c5);
            c6 = w.fma(FloatVector.broadcast(F, x[at + 6]), c6);
            c7 = w.fma(FloatVector.broadcast(F, x[at + 7]), c7);
            c8 = w.fma(FloatVector.broadcast(F, x[at + 8]), c8);
            c9 = w.fma(FloatVector.broadcast(F, x[at + 9]), c9);
            c10 = w.fma(FloatVector.broadcast(F, x[at + 10]), c10);
            c11 = w.fma(FloatVector.broadcast(F, x[at + 11]), c11);
        }
        c0.intoArray(c, cAt);
        c1.intoArray(c, cAt + 1 * WIDTH);
        c2.intoArray(c, cAt + 2 * WIDTH);
        c3.intoArray(c, cAt + 3 * WIDTH);
        c4.intoArray(c, cAt + 4 * WIDTH);
        c5.intoArray(c, cAt + 5 * WIDTH);
        c6.intoArray(c, cAt + 6 * WIDTH);
        c7.intoArray(c, cAt + 7 * WIDTH);
        c8.intoArray(c, cAt + 8 * WIDTH);
        c9.intoArray(c, cAt + 9 * WIDTH);
        c10.intoArray(c, cAt + 10 * WIDTH);
        c11.intoArray(c, cAt + 11 * WIDTH);
    }

    /** As {@link #rows12}, for 4 rows and 2 vectors of columns. */
    static void rows4(float[] x, int xAt, int count, float[] panel, int panelAt, float[] c, int cAt) {
        FloatVector a0 = FloatVector.fromArray(F, c, cAt);
        FloatVector b0 = FloatVector.fromArray(F, c, cAt + Lanes.LENGTH);
        FloatVector a1 = FloatVector.fromArray(F, c, cAt + WIDTH);
        FloatVector b1 = FloatVector.fromArray(F, c, cAt + WIDTH + Lanes.LENGTH);
        FloatVector a2 = FloatVector.fromArray(F, c, cAt + 2 * WIDTH);
        FloatVector b2 = FloatVector.fromArray(F, c, cAt + 2 * WIDTH + Lanes.LENGTH);
        FloatVector a3 = FloatVector.fromArray(F, c, cAt + 3 * WIDTH);
        FloatVector b3 = FloatVector.fromArray(F, c, cAt + 3 * WIDTH + Lanes.LENGTH);
        for (int k = 0; k < count; k++) {
            FloatVector wa = FloatVector.fromArray(F, panel, panelAt + k * WIDTH);
            FloatVector wb = FloatVector.fromArray(F, panel, panelAt + k * WIDTH + Lanes.LENGTH);
            FloatVector x0 = FloatVector.broadcast(F, x[xAt + k * 4]);
            a0 = wa.fma(x0, a0);
            b0 = wb.fma(x0, b0);
            FloatVector x1 = FloatVector.broadcast(F, x[xAt + k * 4 + 1]);
            a1 = wa.fma(x1, a1);
            b1 = wb.fma(x1, b1);
            FloatVector x2 = FloatVector.broadcast(F, x[xAt + k * 4 + 2]);
            a2 = wa.fma(x2, a2);
            b2 = wb.fma(x2, b2);
            FloatVector x3 = FloatVector.broadcast(F, x[xAt + k * 4 + 3]);
            a3 = wa.fma(x3, a3);
            b3 = wb.fma(x3, b3);
        }
        a0.intoArray(c, cAt);
        b0.intoArray(c, cAt + Lanes.LENGTH);
        a1.intoArray(c, cAt + WIDTH);
        b1.intoArray(c, cAt + WIDTH + Lanes.LENGTH);
        a2.intoArray(c, cAt + 2 * WIDTH);
        b2.intoArray(c, cAt + 2 * WIDTH + Lanes.LENGTH);
        a3.intoArray(c, cAt + 3 * WIDTH);
        b3.intoArray(c, cAt + 3 * WIDTH + Lanes.LENGTH);
    }

    /** As {@link #rows12}, for 1 row and 2 vectors of columns. */
    static void rows1(float[] x, int xAt, int count, float[] panel, int panelAt, float[] c, int cAt) {
        FloatVector a0 = FloatVector.fromArray(F, c, cAt);
        FloatVector b0 = FloatVector.fromArray(F, c, cAt + Lanes.LENGTH);
        for (int k = 0; k < count; k++) {
            FloatVector wa = FloatVector.fromArray(F, panel, panelAt + k * WIDTH);
            FloatVector wb = FloatVector.fromArray(F, panel, panelAt + k * WIDTH + Lanes.LENGTH);
            FloatVector x0 = FloatVector.broadcast(F, x[xAt + k]);
            a0 = wa.fma(x0, a0);
            b0 = wb.fma(x0, b0);
        }
        a0.intoArray(c, cAt);
        b0.intoArray(c, cAt + Lanes.LENGTH);
    }
}
