package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BuffersTest {

    @Test
    void aPassTakesTheArraysOfTheLastOne() {
        Buffers buffers = new Buffers();
        Set<float[]> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int pass = 0; pass < 5; pass++) {
            for (int length : new int[] {100, 20, 300, 100}) {
                float[] buffer = buffers.take(length);
                assertThat(buffer).hasSizeGreaterThanOrEqualTo(length);
                seen.add(buffer);
            }
            buffers.releaseAll();
        }
        assertThat(seen).hasSize(4);
    }

    @Test
    void growingBatchesKeepNoMoreArraysThanAPassNeeds() {
        Buffers buffers = new Buffers();
        for (int rows = 1; rows <= 100; rows++) {
            buffers.take(rows * 10);
            buffers.take(rows * 40);
            buffers.releaseAll();
        }
        Set<float[]> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        long floats = 0;
        for (float[] buffer = buffers.take(1); kept.size() < 2; buffer = buffers.take(1)) {
            kept.add(buffer);
            floats += buffer.length;
        }
        assertThat(floats).isBetween(5_000L, 8_000L);
    }

    @Test
    void keepingOneFreesTheOthers() {
        Buffers buffers = new Buffers();
        float[] kept = buffers.take(10);
        float[] other = buffers.take(10);
        buffers.releaseAllBut(kept);
        assertThat(buffers.take(10)).isSameAs(other);
    }
}
