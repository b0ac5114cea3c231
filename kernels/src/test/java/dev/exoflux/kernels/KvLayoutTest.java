package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ExofluxException;
import java.lang.foreign.Arena;
import java.util.Arrays;
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
                    assertThat(layout.key(keys, slot, i % headDim) * layout.keyStep(keys, slot))
                            .isEqualTo(kept(type, k, slot * headDim, headDim)[i % headDim]);
                    assertThat(layout.value(keys, slot, i % headDim) * layout.valueStep(keys, slot))
                            .isEqualTo(kept(type, v, slot * headDim, headDim)[i % headDim]);
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

    @Test
    void wholeNumbersAreKeptWithTheStepOfTheirHead() {
        KvLayout layout = KvLayout.of(KvType.INT8, 3);
        try (Arena arena = Arena.ofConfined()) {
            long keys = arena.allocate(layout.bytes(), 64).address();
            layout.put(keys, 5, new float[] {254, -2, 1}, 0, new float[] {0, Float.NaN, 1}, 0);
            assertThat(layout.keyStep(keys, 5)).isEqualTo(2);
            assertThat(layout.key(keys, 5, 0)).isEqualTo(127);
            assertThat(layout.key(keys, 5, 1)).isEqualTo(-1);
            assertThat(layout.key(keys, 5, 2)).isZero(); // half way: the even one
            assertThat(layout.valueStep(keys, 5)).isNaN();
            layout.put(keys, 5, new float[3], 0, new float[] {0, -1e-40f, 0}, 0);
            assertThat(layout.keyStep(keys, 5)).isZero();
            assertThat(layout.valueStep(keys, 5)).isZero();
        }
    }

    @Test
    void headsWhoseScoresWouldNotBeExactAreRefused() {
        assertThat(KvLayout.of(KvType.INT8, 1024).headDim()).isEqualTo(1024);
        assertThatThrownBy(() -> KvLayout.of(KvType.INT8, 1025))
                .isInstanceOf(ExofluxException.class)
                .hasMessageContaining("1025")
                .hasMessageContaining("bf16");
    }

    private static float[] kept(KvType type, float[] x, int at, int headDim) {
        float[] head = Arrays.copyOfRange(x, at, at + headDim);
        return switch (type) {
            case F32 -> head;
            case BF16 -> Kept.asBf16(head);
            case INT8 -> Kept.inSteps(head);
        };
    }

    private static float rounded(float x) {
        return Float.intBitsToFloat(Bf16Layout.nearest(x));
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
