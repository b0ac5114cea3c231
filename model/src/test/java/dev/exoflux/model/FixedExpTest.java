package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 33, 511, 512, 513, 1_500, 4_098})
    void weighsManyAsItWeighsOne(int count) {
        Random random = new Random(count);
        float[] scores = new float[count];
        for (int i = 0; i < count; i++) {
            scores[i] =
                    random.nextInt(9) == 0 ? Float.NEGATIVE_INFINITY : -40 * random.nextFloat() * random.nextFloat();
        }
        FixedExp.Block block = new FixedExp.Block();
        for (double scale : new double[] {1, 1 / 0.7f, 0.01, 1e30}) {
            for (int run = 0; run < 50; run++) { // compiled and not
                for (int from = 0; from < count; from += FixedExp.BLOCK) {
                    long[] weights = block.weights(scores, from, 0, scale);
                    for (int i = from; i < Math.min(count, from + FixedExp.BLOCK); i++) {
                        assertThat(weights[i - from]).isEqualTo(FixedExp.weight(scores[i] * scale));
                    }
                }
            }
        }
    }
}
