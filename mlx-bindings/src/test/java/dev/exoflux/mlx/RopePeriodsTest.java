package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RopePeriodsTest {

    @Test
    void reciprocalsAreTheFrequenciesOrTheFloatsBesideThem() {
        SplittableRandom random = new SplittableRandom(1);
        float[] frequencies = new float[100_000];
        int same = 0;
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) Math.pow(10, -6 * random.nextDouble());
        }
        float[] periods = RopePeriods.of(frequencies);
        for (int i = 0; i < frequencies.length; i++) {
            float back = 1 / periods[i];
            assertThat(back).isBetween(Math.nextDown(frequencies[i]), Math.nextUp(frequencies[i]));
            same += back == frequencies[i] ? 1 : 0;
        }
        assertThat(same).isGreaterThan(frequencies.length * 8 / 10);
        assertThat(RopePeriods.of(new float[] {1, 0.5f, 0.001953125f})).containsExactly(1, 2, 512);
    }
}
