package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.exoflux.model.AttentionCase;
import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.KvCache;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is this cache's own: blocks of 256 positions, and slabs that forks share until they write. */
final class MlxKvCacheTest {

    private static final AttentionCase ONE = new AttentionCase(4, 2, 16, AttentionShape.FULL, 600, 1);
    private static final AttentionCase OTHER = new AttentionCase(4, 2, 16, AttentionShape.FULL, 600, 2);

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 257, 400, 511, 512, 513})
    void forksAtTheBordersOfBlocksGoTheirOwnWay(int length) {
        try (MlxBackend backend = TestMlx.backend();
                KvCache source = backend.newCache(ONE.kvShape(), 600);
                KvCache expected = backend.newCache(ONE.kvShape(), 600)) {
            ONE.append(backend, expected, 0, length);
            float[][] diverged = OTHER.append(backend, expected, length, 600 - length);
            float[][] whole = ONE.run(backend, 600);
            ONE.append(backend, source, 0, 520);
            try (KvCache fork = source.fork(length, 600)) {
                assertClose(OTHER.append(backend, fork, length, 600 - length), diverged);
                assertClose(ONE.append(backend, source, 520, 80), Arrays.copyOfRange(whole, 520, 600));
            }
        }
    }

    @Test
    void growsAndShrinksByBlocks() {
        try (MlxBackend backend = TestMlx.backend();
                KvCache cache = backend.newCache(ONE.kvShape(), 10_000)) {
            long block = backend.cacheBytesPerPosition(ONE.kvShape()) * backend.cacheBlock();
            ONE.append(backend, cache, 0, 256);
            assertThat(cache.bytes()).isEqualTo(block);
            ONE.append(backend, cache, 256, 1);
            assertThat(cache.bytes()).isEqualTo(2 * block);
            ONE.append(backend, cache, 257, 343);
            assertThat(cache.bytes()).isEqualTo(3 * block);
            cache.trim(257);
            assertThat(cache.bytes()).isEqualTo(3 * block); // a copy would cost more than the block is worth
            cache.trim(256);
            assertThat(cache.bytes()).isEqualTo(block);
            assertThat(backend.residentBytes()).isEqualTo(block);
            float[][] whole = ONE.run(backend, 600);
            assertClose(ONE.append(backend, cache, 256, 344), Arrays.copyOfRange(whole, 256, 600));
            cache.trim(0);
            assertThat(cache.bytes()).isZero();
            assertThat(backend.residentBytes()).isZero();
        }
    }

    @Test
    void whatForksShareCountsOnce() {
        try (MlxBackend backend = TestMlx.backend()) {
            long block = backend.cacheBytesPerPosition(ONE.kvShape()) * backend.cacheBlock();
            KvCache source = backend.newCache(ONE.kvShape(), 600);
            ONE.append(backend, source, 0, 300);
            KvCache first = source.fork(300, 600);
            KvCache second = first.fork(100, 600);
            assertThat(source.bytes() + first.bytes() + second.bytes()).isEqualTo(2 * block);
            assertThat(backend.residentBytes()).isEqualTo(2 * block);
            source.close();
            assertThat(first.bytes() + second.bytes()).isEqualTo(2 * block);
            OTHER.append(backend, second, 100, 10); // leaves what it shares for room of its own
            assertThat(second.bytes()).isEqualTo(block);
            assertThat(first.bytes()).isEqualTo(2 * block);
            first.close();
            second.close();
            assertThat(backend.residentBytes()).isZero();
        }
    }

    private static void assertClose(float[][] actual, float[][] expected) {
        assertThat(actual).hasDimensions(expected.length, expected[0].length);
        for (int row = 0; row < expected.length; row++) {
            for (int i = 0; i < expected[row].length; i++) {
                assertThat(actual[row][i]).as("[%d, %d]", row, i).isCloseTo(expected[row][i], within(1e-5f));
            }
        }
    }
}
