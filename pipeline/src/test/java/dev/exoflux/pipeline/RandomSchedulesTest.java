package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Arrivals, cancels, slow readers, deadlines, lost rings and machines without memory, in random order: no schedule takes more memory than there is,
 * leaves an answer behind, or loses or repeats a token. {@code -Dexoflux.schedules=N} runs another number of them, {@code
 * -Dexoflux.schedule=SEED} one.
 */
final class RandomSchedulesTest {

    private static final int SCHEDULES = Integer.getInteger("exoflux.schedules", 2_000);
    private static final Duration PATIENCE = Duration.ofHours(1);

    @Test
    void keepWithinTheMemoryAndLeaveNobodyBehindAndGiveEveryTokenOnce() {
        Long only = Long.getLong("exoflux.schedule");
        for (long seed = only == null ? 0 : only; seed < (only == null ? SCHEDULES : only + 1); seed++) {
            try {
                new Schedule(seed).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dexoflux.schedule=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** One schedule. */
    private static final class Schedule {

        private final Random random;
        private final ManualTime time = new ManualTime();
        private final ScriptedStages stages = new ScriptedStages();
        private final HeldMesh mesh;
        private final Batcher batcher;
        private final int block;
        private final int blocks;
        private final boolean reuses;
        private final List<Asked> all = new ArrayList<>();
        private int connection;
        private int losses;
        private int shortages;

        @SuppressWarnings("ArrayRecordComponent") // never compared
        private record Asked(Reader reader, int[] prompt, int most, boolean cancelled) {}

        Schedule(long seed) {
            random = new Random(seed);
            block = 1 + random.nextInt(8);
            blocks = Math.ceilDiv(90, block) + random.nextInt(60);
            reuses = random.nextInt(3) == 0;
            mesh = new HeldMesh(1 + random.nextInt(3), 1_000_000);
            PipelineSettings settings = new PipelineSettings(
                    1,
                    0,
                    1 + random.nextInt(6),
                    random.nextInt(8),
                    1 + random.nextInt(20),
                    0,
                    reuses ? PipelineSettings.AUTOMATIC_BYTES : 0,
                    Duration.ZERO,
                    PATIENCE);
            CacheBudget budget = new CacheBudget((long) blocks * block, new CacheCost(1, block), random.nextInt(9));
            batcher = new Batcher(Rings.of(mesh), settings, budget, time, Proposers.WITHOUT_MODELS);
        }

        void run() {
            for (int events = 20 + random.nextInt(200); events > 0; events--) {
                event();
                check();
            }
            int passes = drain();
            int work = all.stream()
                    .mapToInt(asked -> asked.prompt().length + asked.most())
                    .sum();
            assertThat(passes).as("passes for %d tokens", work).isLessThanOrEqualTo(100 + work);
            all.forEach(this::complete);
            settled();
        }

        private void event() {
            switch (random.nextInt(20)) {
                case 0, 1 -> arrive();
                case 2, 3, 4 -> ask();
                case 5 -> cancel();
                case 6 -> time.advance(Duration.ofMillis(random.nextInt(1500)));
                case 7 -> lose();
                default -> home();
            }
        }

        private void arrive() {
            int[] prompt = new int[1 + random.nextInt(45)];
            int beginning = random.nextInt(3);
            for (int i = 0; i < prompt.length; i++) {
                prompt[i] =
                        i < 30 ? (i * 7 + beginning) % ScriptedStages.TOKENS : random.nextInt(ScriptedStages.TOKENS);
            }
            int most = 1 + random.nextInt(45);
            Instant deadline = random.nextInt(8) == 0
                    ? Instant.ofEpochMilli(time.now(TimeUnit.MILLISECONDS)).plusMillis(random.nextInt(2_000))
                    : null;
            Scheduling scheduling = new Scheduling(
                    List.of(Priority.values()).get(random.nextInt(3)),
                    deadline,
                    random.nextInt(3) * random.nextInt(9),
                    random.nextInt(4));
            SequenceRequest request = new SequenceRequest(prompt, SamplingSettings.GREEDY, most, Set.of(), false)
                    .scheduled(scheduling)
                    .speculating(random.nextInt(4) == 0 ? Speculation.byLookUp(1 + random.nextInt(4)) : null);
            Reader reader = new Reader(random.nextInt(3) == 0 ? Long.MAX_VALUE : random.nextInt(5));
            batcher.open(request).subscribe(reader);
            all.add(new Asked(reader, prompt, most, false));
        }

        private void ask() {
            if (!all.isEmpty()) {
                all.get(random.nextInt(all.size())).reader().request(1 + random.nextInt(6));
            }
        }

        private void cancel() {
            if (!all.isEmpty()) {
                int index = random.nextInt(all.size());
                Asked asked = all.get(index);
                asked.reader().cancel();
                all.set(index, new Asked(asked.reader(), asked.prompt(), asked.most(), true));
            }
        }

        private void lose() {
            if (mesh.connections() > 0 && mesh.connections() == connection && losses < 3 && random.nextInt(4) == 0) {
                losses++;
                mesh.discard();
                stages.clear();
                mesh.fail(new ExofluxException(ErrorCode.PEER_LOST, "A peer is lost."));
                time.advance(Duration.ofSeconds(5));
            }
        }

        /** Has the ring answer one message. */
        private boolean home() {
            if (mesh.connections() != connection) {
                connection = mesh.connections();
                stages.clear();
            }
            if (mesh.held() == 0) {
                return false;
            }
            boolean fails = shortages < 3 && random.nextInt(50) == 0;
            shortages += fails ? 1 : 0;
            List<StageMessage> answer = stages.step(
                    mesh.next(),
                    sequence -> fails && sequence % 2 == 0,
                    random.longs(mesh.stages(), 1, 5_000_000).toArray());
            time.advance(Duration.ofMillis(random.nextInt(3)));
            answer.forEach(mesh::send);
            return true;
        }

        private void check() {
            assertThat(batcher.metrics().reservedBytes())
                    .as("memory promised")
                    .isLessThanOrEqualTo((long) blocks * block);
            if (!reuses) {
                assertThat((long) stages.blocks(block) * block)
                        .as("memory taken")
                        .isLessThanOrEqualTo(batcher.metrics().reservedBytes());
            }
            for (Asked asked : all) {
                List<Integer> ids = asked.reader().ids();
                assertThat(ids)
                        .as("tokens so far")
                        .isEqualTo(ScriptedStages.answer(asked.prompt(), asked.most())
                                .subList(0, ids.size()));
            }
        }

        /** Everybody reads on; returns how many passes that took. */
        private int drain() {
            all.forEach(asked -> asked.reader().request(Long.MAX_VALUE));
            long before = batcher.metrics().batches();
            for (int idle = 0; idle < 4; ) {
                if (home()) {
                    idle = 0;
                } else {
                    time.advance(Duration.ofSeconds(5));
                    idle++;
                }
            }
            check();
            return (int) (batcher.metrics().batches() - before);
        }

        private void complete(Asked asked) {
            Reader reader = asked.reader();
            if (asked.cancelled()) {
                return;
            }
            if (reader.error() != null) {
                assertThat(reader.failure().code()).isIn(ErrorCode.OVERLOADED, ErrorCode.DEADLINE_EXCEEDED);
                assertThat(reader.tokens()).matches(tokens -> tokens.isEmpty() || late(reader));
                return;
            }
            assertThat(reader.completed()).as("answered to the end").isTrue();
            assertThat(reader.ids()).isEqualTo(ScriptedStages.answer(asked.prompt(), asked.most()));
        }

        private static boolean late(Reader reader) {
            return reader.failure().code() == ErrorCode.DEADLINE_EXCEEDED;
        }

        private void settled() {
            BatcherMetrics metrics = batcher.metrics();
            assertThat(metrics.live() + metrics.queued() + metrics.batchesInFlight())
                    .isZero();
            assertThat(metrics.reservedBytes()).isEqualTo(metrics.prefixes().bytes());
            assertThat(stages.sequences()).isEqualTo(metrics.prefixes().sequences());
        }
    }
}
