package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class Int8RoundingTest {

    private final float[] q = new float[4];
    private final float[] steps = new float[1];
    private final float[] sums = new float[1];

    @Test
    void theLargestMagnitudeBecomes127Steps() {
        round(0.5f, -2, 0, 1);
        assertThat(q).containsExactly(32, -127, 0, 64); // 31.75 and 63.5: to the nearest, to the even one
        assertThat(steps[0]).isEqualTo(2f / 127);
        assertThat(sums[0]).isEqualTo(-31);
    }

    @Test
    void zerosStayZeros() {
        round(0, -0f, 0, 0);
        assertThat(q).containsExactly(0, 0, 0, 0);
        assertThat(steps[0]).isZero();
        assertThat(sums[0]).isZero();
    }

    @Test
    void aGroupThatWouldNeedASubnormalStepCountsAsZero() {
        round(Float.MIN_NORMAL, Float.MIN_VALUE, 0, 0);
        assertThat(q).containsExactly(0, 0, 0, 0);
        assertThat(steps[0]).isZero();
    }

    @Test
    void whatIsNoFiniteNumberMakesTheGroupNone() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            round(1, bad, 2, 3);
            assertThat(q).containsExactly(0, 0, 0, 0);
            assertThat(steps[0]).isNaN();
        }
    }

    @Test
    void theLargestFloatsDoNotOverflow() {
        round(Float.MAX_VALUE, -Float.MAX_VALUE, Float.MAX_VALUE / 4, 1);
        assertThat(q).containsExactly(127, -127, 32, 0);
        assertThat(steps[0]).isFinite();
    }

    private void round(float... x) {
        Int8Rounding.round(x, 0, 4, q, 0, steps, sums, 0);
    }
}
