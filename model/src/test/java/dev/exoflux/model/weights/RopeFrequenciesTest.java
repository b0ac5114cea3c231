package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.Rope;
import org.junit.jupiter.api.Test;

/** Expected values are those that transformers 5.23 computes. */
class RopeFrequenciesTest {

    private static final double ROUNDING = 2e-7;

    @Test
    void plain() {
        Rope rope = RopeFrequencies.of(new RopeSettings.Plain(10_000), 64);

        assertThat(rope.headDim()).isEqualTo(64);
        assertThat(rope.magnitude()).isEqualTo(1);
        assertThat(rope.frequencies()).hasSize(32);
        assertClose(rope, 0, 1.0);
        assertClose(rope, 1, 0.7498942017555237);
        assertClose(rope, 7, 0.1333521455526352);
        assertClose(rope, 18, 0.005623413249850273);
        assertClose(rope, 31, 0.0001333521504420787);
    }

    @Test
    void linear() {
        Rope rope = RopeFrequencies.of(new RopeSettings.Linear(10_000, 4), 20);

        assertThat(rope.frequencies()).hasSize(10);
        assertClose(rope, 0, 0.25);
        assertClose(rope, 1, 0.0995267927646637);
        assertClose(rope, 5, 0.0024999999441206455);
        assertClose(rope, 9, 6.27971749054268e-05);
    }

    @Test
    void llama3() {
        Rope rope = RopeFrequencies.of(new RopeSettings.Llama3(500_000, 32, 1, 4, 8192), 64);

        assertClose(rope, 0, 1.0);
        assertClose(rope, 14, 0.0032114461064338684); // the last to be kept
        assertClose(rope, 15, 0.0012905480107292533); // blended
        assertClose(rope, 16, 0.000429556705057621);
        assertClose(rope, 17, 9.708286233944818e-05);
        assertClose(rope, 18, 1.9461638657958247e-05); // divided
        assertClose(rope, 31, 9.418306490260875e-08);
    }

    private static void assertClose(Rope rope, int i, double expected) {
        assertThat(rope.frequencies()[i] / expected - 1).as("frequency %d", i).isBetween(-ROUNDING, ROUNDING);
    }
}
