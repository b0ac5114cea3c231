package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares numbers that {@link Ops} promises to be the same, by what the backend promises of their bits. */
final class SameRows {

    /** Between two orders of the same sum in f32, as a part of the row's largest number. */
    private static final float ROUNDING = 1e-5f;

    private SameRows() {}

    /** The same bits; or the same but for rounding, where {@link Backend#sameBits()} promises no more. */
    static void assertSame(Backend backend, float[][] actual, float[][] expected, String what) {
        if (backend.sameBits()) {
            assertThat(actual).as(what).isDeepEqualTo(expected);
            return;
        }
        assertThat(actual).as(what).hasDimensions(expected.length, expected[0].length);
        for (int row = 0; row < expected.length; row++) {
            float largest = 0;
            float apart = 0;
            for (int i = 0; i < expected[row].length; i++) {
                largest = Math.max(largest, Math.abs(expected[row][i]));
                apart = Math.max(apart, Math.abs(actual[row][i] - expected[row][i]));
            }
            assertThat(apart).as("%s: row %d", what, row).isLessThanOrEqualTo(ROUNDING * largest);
        }
    }
}
