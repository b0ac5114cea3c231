package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partial selection against sorting everything. */
final class SelectionTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 33, 207, 4_098})
    void putsTheLeastFirst(int size) {
        Random random = new Random(size);
        for (int run = 0; run < 60; run++) {
            long[] keys = run % 3 == 0
                    ? random.longs(size).toArray()
                    : IntStream.range(0, size).mapToLong(i -> i).toArray(); // in order already
            long[] sorted = Arrays.stream(keys).sorted().toArray();
            int count = 1 + random.nextInt(size);
            Selection.least(keys, size, count);
            assertThat(keys[count - 1]).isEqualTo(sorted[count - 1]);
            assertThat(Arrays.stream(keys, 0, count).sorted()).containsExactly(box(sorted, 0, count));
            assertThat(Arrays.stream(keys, count, size).sorted()).containsExactly(box(sorted, count, size));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 127, 128, 129, 1_000, 40_000})
    void findsTheHighestTiesToTheLowerId(int size) {
        Random random = new Random(size);
        Likeliest likeliest = new Likeliest();
        Peaks peaks = new Peaks();
        for (int run = 0; run < 30; run++) {
            float[] values = values(size, random, run);
            peaks.scan(values);
            int[] expected = IntStream.range(0, size)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer id) -> 0.0 - values[id])
                            .thenComparing(Comparator.naturalOrder()))
                    .mapToInt(id -> id)
                    .toArray();
            assertThat(peaks.indexOfHighest(values)).isEqualTo(expected[0]);
            int k = random.nextInt(1 + (run % 2 == 0 ? Math.min(size, 60) : size));
            likeliest.select(values, peaks, k);
            likeliest.sort();
            assertThat(IntStream.range(0, likeliest.size()).map(likeliest::id))
                    .containsExactly(Arrays.stream(expected, 0, k).boxed().toArray(Integer[]::new));
        }
    }

    /** Spread out, with many ties, with zeros of both signs, all equal, or next to impossible. */
    private static float[] values(int size, Random random, int kind) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (kind % 5) {
                case 0 -> (float) random.nextGaussian();
                case 1 -> Math.round(random.nextGaussian());
                case 2 -> random.nextBoolean() ? 0f : -0f;
                case 3 -> -7;
                default -> random.nextInt(50) == 0 ? random.nextFloat() : Float.NEGATIVE_INFINITY;
            };
        }
        values[random.nextInt(size)] += 0.5f;
        values[random.nextInt(size)] = 3;
        return values;
    }

    private static Long[] box(long[] values, int from, int to) {
        return Arrays.stream(values, from, to).boxed().toArray(Long[]::new);
    }
}
