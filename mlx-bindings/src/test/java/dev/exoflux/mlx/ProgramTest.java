package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Rope;
import dev.exoflux.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written down can be read anywhere, and says the same of each token. */
final class ProgramTest {

    private static final AttentionShape SHAPE = new AttentionShape(0, 2, 2, 4, 0.5f, AttentionShape.FULL);
    private static final Rope ROPE = new Rope(4, new float[] {1, 0.5f}, 1.5f);
    private static final float[] NORM = {1, 2, 3, 4, 5, 6, 7, 8};

    @Test
    void isReadAsItWasWrittenInAnotherProcessToo() {
        Program program = new Program();
        for (int i = 0; i < 300; i++) {
            program.verb(Verb.UPLOAD).with(i).with(0.5f + i).input(i, -i).upload(new float[] {i, 1f / i});
        }
        try (Arena arena = Arena.ofConfined()) {
            var memory = arena.allocate(program.bytes(), 4);
            program.write(memory);
            Program copy = Program.read(memory);
            assertThat(copy.sameStepsAs(program)).isTrue();
            for (int i = 0; i < 300; i++) {
                assertThat(copy.nextVerb()).isEqualTo(Verb.UPLOAD);
                assertThat(copy.next()).isEqualTo(i);
                assertThat(copy.nextFloat()).isEqualTo(0.5f + i);
                assertThat(copy.nextInputs(2)).containsExactly(i, -i);
                assertThat(copy.nextUploads(2).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                        .containsExactly(i, 1f / i);
            }
            assertThat(copy.hasNext()).isFalse();
        }
    }

    @Test
    void twoDecodeStepsOfTheSameSequencesHaveTheSameSteps() {
        Recording engine = new Recording();
        MlxBackend backend = new MlxBackend(() -> engine);
        KvShape kv = new KvShape(1, 2, 4);
        List<MlxKvCache> caches = List.of(
                new MlxKvCache(backend, kv, 600), new MlxKvCache(backend, kv, 600), new MlxKvCache(backend, kv, 600));
        step(backend, caches, 250);
        for (int i = 0; i < 8; i++) {
            step(backend, caches, 1);
        }
        assertThat(engine.computed).hasSize(9);
        assertThat(engine.computed.get(1).sameStepsAs(engine.computed.get(0))).isFalse(); // more rows
        assertThat(engine.computed.get(2).sameStepsAs(engine.computed.get(1))).isTrue();
        assertThat(engine.computed.get(6).sameStepsAs(engine.computed.get(1))).isTrue();
        assertThat(engine.computed.get(7).sameStepsAs(engine.computed.get(6))).isFalse(); // a larger slab
        assertThat(engine.computed.get(8).sameStepsAs(engine.computed.get(7))).isTrue();
    }

    private static void step(MlxBackend backend, List<MlxKvCache> caches, int count) {
        int rows = caches.size() * count;
        Positions at = new Positions(caches.stream()
                .map(cache -> new Positions.Run(cache, cache.length(), count))
                .toList());
        try (Ops ops = backend.open()) {
            Tensor x = ops.rmsNorm(ops.upload(new float[8 * rows], 8), NORM, 1e-5f);
            Tensor q = ops.rope(x, ROPE, at);
            Tensor y = ops.keep(ops.attention(q, q, x, SHAPE, at));
            ops.read(ops.gather(y, new int[] {rows - 1}), 0, new float[8]);
        }
        caches.forEach(cache -> cache.extend(cache.length() + count));
    }

    /** Computes nothing. */
    private static final class Recording implements Engine {

        private final AtomicInteger numbers = new AtomicInteger();
        private final List<Program> computed = new ArrayList<>();

        @Override
        public EngineFacts facts() {
            return new EngineFacts("0", false, "none", 1 << 30, 1 << 30, 0, ArrayType.F32);
        }

        @Override
        public int number() {
            return numbers.incrementAndGet();
        }

        @Override
        public void tell(Program orders) {}

        @Override
        public void load(int matrix, MatrixData data, float @Nullable [] bias) {}

        @Override
        public void compute(int pass, Program steps, int tensor, int count, float[] out) {
            try (Arena arena = Arena.ofConfined()) {
                var memory = arena.allocate(steps.bytes(), 4);
                steps.write(memory);
                computed.add(Program.read(memory));
            }
        }

        @Override
        public void finish(int pass, Program steps) {}

        @Override
        public void abandon(int pass) {}

        @Override
        public long figure(Figure figure, int matrix) {
            return 0;
        }

        @Override
        public @Nullable ExofluxException lost() {
            return null;
        }

        @Override
        public void close() {}
    }
}
