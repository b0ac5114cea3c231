package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class FixedExpTest {

    @Test
    void agreesWithTheExponentialFunction() {
        for (double x = 0; x > -32; x -= 1.37e-4) {
            double exact = 0x1p44 * StrictMath.exp(x);
            assertThat((double) FixedExp.weight(x)).isCloseTo(exact, within(0.51 + exact * 1e-14));
        }
    }

    @Test
    void givesTheLikeliestTokenTheWholeUnitAndTheImpossibleNothing() {
        assertThat(FixedExp.weight(0)).isEqualTo(Candidates.ONE);
        assertThat(FixedExp.weight(-0.0)).isEqualTo(Candidates.ONE);
        assertThat(FixedExp.weight(-31.3)).isZero();
        assertThat(FixedExp.weight(-1e300)).isZero();
        assertThat(FixedExp.weight(Double.NEGATIVE_INFINITY)).isZero();
    }
}
