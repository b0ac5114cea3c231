package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.AttentionCase;
import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.DType;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.RandomMatrix;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NativeMemoryTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 63, 64, 4097, 2 << 20, (5 << 20) + 3})
    void blocksAreAlignedAndCountedUntilTheyAreClosed(long bytes) {
        NativeMemory memory = new NativeMemory(() -> Long.MAX_VALUE);
        NativeMemory.Block block = memory.allocate(bytes, "a test");
        assertThat(block.address() % 64).isZero();
        NativeMemory.ALL.set(JAVA_LONG, block.address() + Math.max(0, (bytes - 8) & -8), 42);
        assertThat(memory.bytesInUse()).isEqualTo(bytes);
        block.close();
        block.close();
        assertThat(memory.bytesInUse()).isZero();
    }

    @Test
    void whatTheMachineHasNoRoomForIsRefusedByName() {
        NativeMemory memory = new NativeMemory(() -> 3 << 20);
        assertThatThrownBy(() -> memory.allocate((5 << 20) - 1, "the KV cache of 10 positions"))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
                .hasMessageContainingAll("the KV cache of 10 positions", "5 MiB needed", "3 MiB available", "\nMaybe ");
        assertThat(memory.bytesInUse()).isZero();
    }

    @Test
    void whatMallocRefusesIsRefused() {
        NativeMemory memory = new NativeMemory(() -> Long.MAX_VALUE);
        assertThatThrownBy(() -> memory.allocate(Long.MAX_VALUE / 2, "a test")).isInstanceOf(ExofluxException.class);
        assertThat(memory.bytesInUse()).isZero();
    }

    @Test
    void aMatrixThatDoesNotFitLeavesNothingBehind() {
        NativeMemory memory = new NativeMemory(() -> 1000);
        RandomMatrix matrix = RandomMatrix.dense(100, 100, DType.F32, 1);
        try (CpuBackend vector = new VectorBackend(CpuSettings.of(2), memory, null);
                CpuBackend scalar = new ScalarBackend(CpuSettings.of(1), memory, "for a test")) {
            assertThatThrownBy(() -> vector.load(matrix.data(), null))
                    .isInstanceOf(ExofluxException.class)
                    .hasMessageContaining("a matrix of 100 x 100");
            assertThatThrownBy(() -> scalar.load(matrix.data(), null)).isInstanceOf(ExofluxException.class);
            assertThat(memory.bytesInUse()).isZero();
        }
    }

    @Test
    void aCacheThatCannotGrowStaysAsItWas() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 300, 1);
        AtomicLong available = new AtomicLong(Long.MAX_VALUE);
        NativeMemory memory = new NativeMemory(available::get);
        try (CpuBackend backend = new VectorBackend(CpuSettings.of(1), memory, null);
                KvCache cache = backend.newCache(attention.kvShape(), 1000)) {
            attention.append(backend, cache, 0, 100);
            long bytes = cache.bytes();
            available.set(0);
            assertThatThrownBy(() -> attention.append(backend, cache, 100, 200))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
            assertThat(cache.length()).isEqualTo(100);
            assertThat(cache.bytes()).isEqualTo(bytes).isEqualTo(memory.bytesInUse());
            available.set(Long.MAX_VALUE);
            attention.append(backend, cache, 100, 200);
        }
        assertThat(memory.bytesInUse()).isZero();
    }

    @Test
    void forksShareWholeBlocksUntilTheLastHasLetGo() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 300, 1);
        try (CpuBackend backend = CpuBackends.create(CpuSettings.of(1))) {
            long block = CpuKvCache.BLOCK * backend.cacheBytesPerPosition(attention.kvShape());
            KvCache source = backend.newCache(attention.kvShape(), 300);
            attention.append(backend, source, 0, 200);
            KvCache fork = source.fork(150, 300);
            assertThat(backend.residentBytes()).isEqualTo(4 * block);
            assertThat(source.bytes()).isEqualTo(4 * block);
            assertThat(fork.bytes()).isZero();

            attention.append(backend, fork, 150, 10);
            assertThat(backend.residentBytes()).as("one copied").isEqualTo(5 * block);
            attention.append(backend, source, 200, 1);
            assertThat(source.bytes() + fork.bytes()).isEqualTo(5 * block).isEqualTo(backend.residentBytes());
            assertThat(backend.openCaches()).isEqualTo(2);
            KvCache third = fork.fork(128, 300);
            assertThat(source.bytes() + fork.bytes() + third.bytes()).isEqualTo(5 * block);

            source.close();
            source.close();
            third.trim(10);
            assertThat(fork.bytes()).as("what the source held longest").isEqualTo(3 * block);
            assertThat(backend.residentBytes()).isEqualTo(3 * block);
            fork.close();
            assertThat(backend.residentBytes()).isEqualTo(block).isEqualTo(third.bytes());
            third.close();
            assertThat(backend.residentBytes()).isZero();
            assertThat(backend.openCaches()).isZero();
        }
    }

    @Test
    void aForkThatFindsNoMemoryForItsCopyStaysAsItWas() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 300, 1);
        AtomicLong available = new AtomicLong(Long.MAX_VALUE);
        NativeMemory memory = new NativeMemory(available::get);
        try (CpuBackend backend = new VectorBackend(CpuSettings.of(1), memory, null);
                KvCache source = backend.newCache(attention.kvShape(), 300)) {
            attention.append(backend, source, 0, 100);
            long before = memory.bytesInUse();
            available.set(0);
            try (KvCache fork = source.fork(90, 300)) {
                assertThatThrownBy(() -> attention.append(backend, fork, 90, 1)).isInstanceOf(ExofluxException.class);
                assertThat(memory.bytesInUse()).isEqualTo(before);
                available.set(Long.MAX_VALUE);
                assertThat(attention.append(backend, fork, 90, 200)).hasDimensions(200, 32);
            }
            assertThat(memory.bytesInUse()).isEqualTo(before);
        }
        assertThat(memory.bytesInUse()).isZero();
    }

    @Test
    void theBackendCountsWhatItHolds() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 100, 1);
        RandomMatrix matrix = RandomMatrix.affine(100, 128, 4, 64, DType.BF16, 1);
        try (CpuBackend backend = CpuBackends.create(2, CpuBackends.Choice.BEST)) {
            Matrix w = backend.load(matrix.data(), null);
            KvCache cache = backend.newCache(attention.kvShape(), 100);
            attention.append(backend, cache, 0, 100);
            assertThat(backend.residentBytes()).isEqualTo(w.bytes() + cache.bytes());
            assertThat(backend.openCaches()).isOne();
            cache.close();
            cache.close();
            assertThat(backend.openCaches()).isZero();
            w.close();
            w.close();
            assertThat(backend.residentBytes()).isZero();
            assertThatThrownBy(() -> backend.open().embed(w, new int[] {1})).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void quantisedWeightsStayAsSmallAsTheyAre() {
        try (CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.BEST)) {
            for (RandomMatrix matrix : RandomMatrix.quantised(64, 128, 1)) {
                try (Matrix w = backend.load(matrix.data(), null)) {
                    // scales in F16 are kept as F32, mxfp4's in a word each
                    assertThat(w.bytes())
                            .as("%s", matrix)
                            .isLessThanOrEqualTo(matrix.data().bytes() * 3 / 2);
                }
            }
            RandomMatrix usual = RandomMatrix.affine(64, 128, 4, 64, DType.BF16, 1);
            try (Matrix w = backend.load(usual.data(), null)) {
                assertThat(w.bytes()).isEqualTo(usual.data().bytes());
            }
        }
    }

    @Test
    void theMachineSaysWhatItHas() {
        assertThat(PhysicalMemory.available()).isPositive();
    }
}
