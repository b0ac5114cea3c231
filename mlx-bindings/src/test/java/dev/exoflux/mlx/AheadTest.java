package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is computed before anybody asks for it is what would be computed then, and costs nobody anything who asks for other things. */
final class AheadTest {

    private static final int[] PROMPT = IntStream.range(0, 20).map(i -> 7 * i).toArray();

    private final List<Side> sides = new ArrayList<>();
    private Side ahead;

    @BeforeEach
    void start() {
        TestMlx.backend().close();
        ahead = new Side(true, new Parts(2, 1));
        sides.add(ahead);
        sides.add(new Side(false, Parts.WHOLE));
    }

    @AfterEach
    void stop() {
        sides.forEach(Side::close);
    }

    @Test
    void stepsThatGoOnWithTheLikeliestTokensAreThereWhenTheyAreAskedFor() {
        List<Sequence> three = sequences(3);
        three.forEach(sequence -> step(List.of(sequence), PROMPT));
        step(three, 1, 2, 3);
        for (int i = 0; i < 30; i++) {
            step(three, likeliest(three));
        }
        assertThat(ahead.hits()).isBetween(24L, 26L);
        assertThat(sides.getLast().hits()).isZero();
    }

    @Test
    void goesOnWhereACacheGrows() {
        List<Sequence> one = sequences(1);
        step(one, new int[240]);
        step(one, 1);
        for (int i = 0; i < 30; i++) {
            step(one, likeliest(one));
        }
        assertThat(ahead.hits()).isBetween(18L, 26L);
    }

    @Test
    void whoChoosesOtherTokensIsForetoldLessAndLess() {
        List<Sequence> one = sequences(1);
        step(one, PROMPT);
        for (int i = 0; i < 60; i++) {
            int[] next = likeliest(one);
            step(one, i % 6 == 5 ? new int[] {next[0] ^ 1} : next);
        }
        assertThat(ahead.hits()).isLessThan(4);
    }

    /** Whatever a stage does to its caches in between. */
    @Test
    void computesWhatItWouldHaveComputed() {
        SplittableRandom random = new SplittableRandom(7);
        List<Sequence> live = sequences(2);
        live.forEach(sequence -> step(List.of(sequence), PROMPT));
        for (int i = 0; i < 500; i++) {
            int what = random.nextInt(80);
            Sequence some = live.get(random.nextInt(live.size()));
            if (what == 0) {
                some.trim(some.length() - random.nextInt(5));
            } else if (what == 1 && live.size() < 4) {
                live.add(some.fork(some.length() - random.nextInt(2)));
            } else if (what == 2 && live.size() > 1) {
                live.remove(some);
                some.close();
            } else if (what == 3) {
                step(List.of(some), random.ints(3, 0, 300).toArray());
            } else if (what == 4) {
                step(live, random.ints(live.size(), 0, 300).toArray());
            } else {
                step(live, likeliest(live));
            }
        }
        assertThat(ahead.hits()).isGreaterThan(50);
    }

    @Test
    void leavesNothingBehind() {
        assertThat(sides.getLast().hits()).isZero();
        decodeAndClose();
        long handles = ahead.backend.liveHandles();
        long bytes = ahead.backend.activeBytes();
        for (int i = 0; i < 50; i++) {
            decodeAndClose();
        }
        assertThat(ahead.hits()).isGreaterThan(50);
        assertThat(ahead.backend.liveHandles()).isEqualTo(handles);
        assertThat(ahead.backend.activeBytes()).isEqualTo(bytes);
    }

    /** Ends while a step is on its way. */
    private void decodeAndClose() {
        List<Sequence> one = sequences(1);
        step(one, PROMPT);
        for (int i = 0; i < 8; i++) {
            step(one, likeliest(one));
        }
        one.forEach(Sequence::close);
    }

    // ---- the same on both sides

    private List<Sequence> sequences(int count) {
        List<Sequence> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(new Sequence(
                    sides.stream().map(side -> side.model.newCache(600)).toList()));
        }
        return made;
    }

    /** One sequence's cache on each side, and the logits that both had last. */
    private static final class Sequence {

        private final List<KvCache> caches;
        private float[] logits = {};

        Sequence(List<KvCache> caches) {
            this.caches = caches;
        }

        int length() {
            return caches.getFirst().length();
        }

        void trim(int length) {
            caches.forEach(cache -> cache.trim(length));
        }

        Sequence fork(int length) {
            Sequence fork = new Sequence(
                    caches.stream().map(cache -> cache.fork(length, 600)).toList());
            fork.logits = logits;
            return fork;
        }

        void close() {
            caches.forEach(KvCache::close);
        }
    }

    private static int[] likeliest(List<Sequence> sequences) {
        return sequences.stream()
                .mapToInt(sequence -> IntStream.range(0, sequence.logits.length)
                        .reduce((best, id) -> sequence.logits[id] > sequence.logits[best] ? id : best)
                        .orElseThrow())
                .toArray();
    }

    /** As many ids for each sequence; the logits after the last of each have to be the same bits on both sides. */
    private void step(List<Sequence> sequences, int... ids) {
        List<float[][]> results = new ArrayList<>();
        for (int side = 0; side < sides.size(); side++) {
            int its = side;
            results.add(sides.get(side)
                    .step(
                            sequences.stream()
                                    .map(sequence -> sequence.caches.get(its))
                                    .toList(),
                            ids));
        }
        assertThat(results.getFirst()).isDeepEqualTo(results.getLast());
        for (int i = 0; i < sequences.size(); i++) {
            sequences.get(i).logits = results.getFirst()[i];
        }
    }

    /** A backend that computes ahead, or one that does not. */
    private static final class Side implements AutoCloseable {

        private final LocalMlx mlx = LocalMlx.start(MlxBackends.library(null), 0);
        private final Interpreter interpreter;
        private final MlxBackend backend;
        private final CausalLm model;

        Side(boolean foretelling, Parts parts) {
            interpreter = mlx.thread().call(() -> new Interpreter(mlx.runtime(), ArrayType.F32, foretelling, parts));
            backend = new MlxBackend(() -> new LocalEngine(mlx, interpreter));
            ModelDirectory directory = ModelDirectory.open("model", TestCheckpoints.named("llama-q4-g64-tied"));
            model = Architectures.load(directory, Shard.whole(directory.config().layers()), backend);
        }

        long hits() {
            return mlx.thread().call(() -> interpreter.ahead().hits());
        }

        float[][] step(List<KvCache> caches, int[] ids) {
            int count = ids.length / caches.size();
            Positions at = new Positions(caches.stream()
                    .map(cache -> new Positions.Run(cache, cache.length(), count))
                    .toList());
            int[] last = IntStream.range(0, caches.size())
                    .map(i -> (i + 1) * count - 1)
                    .toArray();
            float[][] logits = new float[caches.size()][model.vocabularySize()];
            try (Ops ops = backend.open()) {
                Tensor hidden = model.layers(ops, model.embed(ops, ids), at);
                Tensor rows = model.logits(ops, ops.gather(hidden, last));
                for (int i = 0; i < logits.length; i++) {
                    ops.read(rows, i, logits[i]);
                }
            }
            caches.forEach(cache -> cache.extend(cache.length() + count));
            return logits;
        }

        @Override
        public void close() {
            model.close();
            backend.close();
        }
    }
}
