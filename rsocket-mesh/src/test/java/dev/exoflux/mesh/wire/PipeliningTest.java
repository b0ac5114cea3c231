package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.Sampled;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Mesh;
import dev.exoflux.pipeline.MeshAnswers;
import dev.exoflux.pipeline.Span;
import dev.exoflux.pipeline.Stage;
import dev.exoflux.pipeline.StageMessage;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** No stage idles while there is work: four stages that take a fixed time for each row of a batch. */
@ExtendWith(NoLeaks.class)
final class PipeliningTest {

    private static final int STAGES = 4;
    private static final int SEQUENCES = 8;
    private static final int TOKENS = 50;
    private static final Duration ROW = Duration.ofMillis(5);

    private final List<TimedStage> stages = new ArrayList<>();
    private final List<HopEndpoint> endpoints = new ArrayList<>();

    PipeliningTest() {
        for (int i = 0; i < STAGES; i++) {
            stages.add(new TimedStage(i == STAGES - 1));
        }
    }

    @AfterEach
    void close() {
        endpoints.forEach(HopEndpoint::close);
        stages.forEach(TimedStage::close);
    }

    /** A stage that computes nothing, for as long as computing a row after another would take. */
    private static final class TimedStage implements Stage, AutoCloseable {

        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final boolean tail;
        private long freeAt = System.nanoTime();

        TimedStage(boolean tail) {
            this.tail = tail;
        }

        @Override
        public Flux<StageMessage> process(Flux<StageMessage> inbound) {
            return inbound.publishOn(Schedulers.fromExecutor(thread), 16).map(this::step);
        }

        private StageMessage step(StageMessage message) {
            return switch (message) {
                case TokenBatch batch -> answer(batch.spans(), batch.ids());
                case ActivationBatch batch -> answer(batch.spans(), batch.ids());
                default -> message;
            };
        }

        private StageMessage answer(List<Span> spans, int[] ids) {
            long end = Math.max(System.nanoTime(), freeAt) + ids.length * ROW.toNanos();
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            freeAt = end;
            int outputs = spans.stream().mapToInt(Span::outputs).sum();
            int[] chosen = new int[outputs];
            Arrays.fill(chosen, 7);
            return tail
                    ? new TokenBatch(spans, chosen, Collections.nCopies(outputs, (Sampled.Logprobs) null))
                    : new ActivationBatch(spans, ids, new float[ids.length * 64], 64);
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }

    private static double tokensPerSecond(MeshAnswers ring, int sequences) {
        long start = System.nanoTime();
        Flux.range(0, sequences)
                .flatMap(i -> ring.answer(new int[] {i}, SamplingSettings.GREEDY, TOKENS), sequences)
                .blockLast(TestPeers.PATIENCE);
        return sequences * TOKENS / ((System.nanoTime() - start) / 1e9);
    }

    private static void overlaps(Mesh mesh) {
        try (MeshAnswers ring = new MeshAnswers(mesh, 16)) {
            tokensPerSecond(ring, 1); // wakes the ring
            double one = tokensPerSecond(ring, 1);
            double eight = tokensPerSecond(ring, SEQUENCES);
            assertThat(eight / one)
                    .as("tokens/s of eight sequences against one")
                    .isGreaterThan(3.6);
        }
    }

    @Test
    void overlapsSequencesWithinAProcess() {
        Mesh mesh = new Mesh() {
            @Override
            public int stages() {
                return STAGES;
            }

            @Override
            public long cacheBytes() {
                return 0;
            }

            @Override
            public Flux<StageMessage> ring(Flux<StageMessage> entry) {
                Flux<StageMessage> messages = entry;
                for (Stage stage : stages) {
                    messages = messages.transform(stage::process);
                }
                return messages;
            }

            @Override
            public void close() {}
        };
        overlaps(mesh);
    }

    @Test
    void overlapsSequencesOverHops() {
        List<Ring.Stop> stops = new ArrayList<>();
        for (int i = 0; i < STAGES; i++) {
            TimedStage own = stages.get(i);
            HopEndpoint endpoint =
                    HopEndpoint.bind("127.0.0.1", 0, (ring, epoch, stage) -> own, WireSettings.DEFAULTS, null);
            endpoints.add(endpoint);
            stops.add(i == 0 ? new Ring.Here(own) : new Ring.There(endpoint.address()));
        }
        Ring ring = new Ring("timed", 1, endpoints.getFirst().address(), stops);
        overlaps(new RSocketMesh(endpoints.getFirst(), ring, () -> 0, () -> {}));
    }
}
