package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KvLayoutTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 16, 31, 64, 80, 128})
    void readsWhatWasWritten(int headDim) {
        for (KvType type : KvType.values()) {
            KvLayout layout = KvLayout.of(type, headDim);
            float[] k = numbers(headDim * CpuKvCache.BLOCK, 1);
            float[] v = numbers(headDim * CpuKvCache.BLOCK, 2);
            try (Arena arena = Arena.ofConfined()) {
                long keys = arena.allocate(layout.bytes(), 64).address();
                for (int slot = 0; slot < CpuKvCache.BLOCK; slot++) {
                    layout.put(keys, slot, k, slot * headDim, v, slot * headDim);
                }
                for (int i = 0; i < k.length; i++) {
                    int slot = i / headDim;
                    assertThat(layout.key(keys, slot, i % headDim)).isEqualTo(kept(type, k[i]));
                    assertThat(layout.value(keys, slot, i % headDim)).isEqualTo(kept(type, v[i]));
                }
            }
        }
    }

    @Test
    void roundsToTheNearestAndToTheEvenOfTwo() {
        assertThat(rounded(1)).isEqualTo(1);
        assertThat(rounded(0x1.01p0f)).isEqualTo(1); // half way: 1 is even
        assertThat(rounded(0x1.03p0f)).isEqualTo(0x1.04p0f); // half way: up to the even one
        assertThat(rounded(-0x1.0101p0f)).isEqualTo(-0x1.02p0f);
        assertThat(rounded(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(rounded(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(rounded(Float.intBitsToFloat(0x7F800001))).isNaN();
        assertThat(rounded(-0f)).isEqualTo(-0f);
    }

    private static float kept(KvType type, float x) {
        return type == KvType.F32 ? x : rounded(x);
    }

    private static float rounded(float x) {
        return Float.intBitsToFloat(KvLayout.bf16(x));
    }

    private static float[] numbers(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat(-3, 3);
        }
        return numbers;
    }
}
