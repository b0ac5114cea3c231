package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever passes do, what they took is given back. */
final class HandleLeakTest {

    private static final int PASSES = 1_000;

    static List<Named<Supplier<MlxBackend>>> waysToCompute() {
        return List.of(
                Named.of("here", TestMlx::backend),
                Named.of("in parts", () -> TestMlx.backend(ArrayType.F32, new Parts(3, 1))),
                Named.of("in a worker", () -> TestMlx.backend(MlxSettings.of(null, MlxActivations.F32))));
    }

    @ParameterizedTest
    @MethodSource("waysToCompute")
    void aThousandPassesLeaveNeitherHandlesNorMemory(Supplier<MlxBackend> way) {
        ModelDirectory directory = ModelDirectory.open("model", TestCheckpoints.named("llama-q4-g64-tied"));
        try (MlxBackend backend = way.get();
                CausalLm model = Architectures.load(
                        directory, Shard.whole(directory.config().layers()), backend)) {
            assertNoGrowth(backend, i -> {
                try (KvCache cache = model.newCache(1_000)) {
                    pass(backend, model, cache, 20 + i % 7);
                    pass(backend, model, cache, 1);
                    try (KvCache fork = cache.fork(10, 500)) {
                        pass(backend, model, fork, 2);
                        cache.trim(5);
                    }
                }
            });
        }
    }

    @Test
    void passesThatFailOrAreGivenUpLeaveNothingEither() {
        ModelDirectory directory = ModelDirectory.open("model", TestCheckpoints.named("llama-mxfp4"));
        try (MlxBackend backend = TestMlx.backend();
                CausalLm model = Architectures.load(
                        directory, Shard.whole(directory.config().layers()), backend)) {
            assertNoGrowth(backend, i -> {
                try (KvCache cache = model.newCache(10);
                        Ops ops = backend.open()) {
                    int count = i % 2 == 0 ? 5 : 11;
                    model.layers(ops, model.embed(ops, new int[count]), at(cache, count)); // and nobody reads it
                } catch (ExofluxException expected) {
                    assertThat(i % 2).isOne(); // more than its capacity
                }
            });
        }
    }

    @Test
    void modelsComeAndGo() {
        ModelDirectory directory = ModelDirectory.open("model", TestCheckpoints.named("qwen2-q4-g32"));
        try (MlxBackend backend = TestMlx.backend()) {
            long handles = backend.liveHandles();
            long bytes = backend.activeBytes();
            for (int i = 0; i < 20; i++) {
                Architectures.load(directory, Shard.whole(directory.config().layers()), backend)
                        .close();
            }
            assertThat(backend.liveHandles()).isEqualTo(handles);
            assertThat(backend.activeBytes()).isEqualTo(bytes);
            assertThat(backend.residentBytes()).isZero();
        }
    }

    private static void assertNoGrowth(MlxBackend backend, IntConsumer pass) {
        for (int i = 0; i < 20; i++) { // constants come with the first
            pass.accept(i);
        }
        long handles = backend.liveHandles();
        long bytes = backend.activeBytes();
        long resident = backend.residentBytes();
        for (int i = 0; i < PASSES; i++) {
            pass.accept(i);
        }
        assertThat(backend.liveHandles()).isEqualTo(handles);
        assertThat(backend.activeBytes()).isEqualTo(bytes);
        assertThat(backend.residentBytes()).isEqualTo(resident);
    }

    private static void pass(MlxBackend backend, CausalLm model, KvCache cache, int count) {
        int end = cache.length() + count;
        try (Ops ops = backend.open()) {
            Tensor hidden = model.layers(ops, model.embed(ops, new int[count]), at(cache, count));
            Tensor logits = model.logits(ops, ops.rows(hidden, count - 1, 1));
            float[] row = new float[model.vocabularySize()];
            ops.read(logits, 0, row);
            assertThat(row[0]).isFinite();
        }
        cache.extend(end);
    }

    private static Positions at(KvCache cache, int count) {
        return new Positions(List.of(new Positions.Run(cache, cache.length(), count)));
    }
}
