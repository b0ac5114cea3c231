package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** A ring whose stages are the test itself: it holds what the batcher sends until the test sends an answer home. */
final class HeldMesh implements Mesh {

    private final int stages;
    private final int demand;
    private final Queue<StageMessage> sent = new ArrayDeque<>();
    private @Nullable FluxSink<StageMessage> home;
    private @Nullable First first;
    private int connections;
    private int disconnections;

    /** @param demand messages the first stage takes before the test has looked at any; 0 for a ring that never wakes */
    HeldMesh(int stages, int demand) {
        this.stages = stages;
        this.demand = demand;
    }

    @Override
    public int stages() {
        return stages;
    }

    @Override
    public long cacheBytes() {
        return 0;
    }

    @Override
    public Flux<StageMessage> ring(Flux<StageMessage> entry) {
        return Flux.create(sink -> {
            connections++;
            home = sink;
            First subscriber = new First();
            first = subscriber;
            sink.onCancel(() -> {
                disconnections++;
                subscriber.cancel();
            });
            entry.subscribe(subscriber);
        });
    }

    @Override
    public void close() {}

    int connections() {
        return connections;
    }

    int disconnections() {
        return disconnections;
    }

    /** Messages held. */
    int held() {
        return sent.size();
    }

    boolean nextIsBatch() {
        return sent.peek() instanceof TokenBatch;
    }

    void discard() {
        sent.clear();
    }

    /** Takes {@code n} messages more. */
    void request(long n) {
        First subscriber = first;
        assertThat(subscriber).as("a connected ring").isNotNull();
        subscriber.request(n);
    }

    /** Whatever comes next; the test must find it there. */
    StageMessage next() {
        return sent.remove();
    }

    /** The batch that comes next; the test must find it there. */
    TokenBatch batch() {
        StageMessage message = sent.poll();
        assertThat(message).isInstanceOf(TokenBatch.class);
        return (TokenBatch) message;
    }

    /** The retirement that comes next; the test must find it there. */
    Retire retirement() {
        StageMessage message = sent.poll();
        assertThat(message).isInstanceOf(Retire.class);
        return (Retire) message;
    }

    /** Sends a message home. */
    void send(StageMessage message) {
        home().next(message);
    }

    /** Answers a batch with the given token for each output. */
    void answer(TokenBatch batch, int... chosen) {
        List<Sampled.@Nullable Logprobs> logprobs = new ArrayList<>();
        for (int ignored : chosen) {
            logprobs.add(null);
        }
        send(new TokenBatch(batch.spans(), chosen, logprobs));
    }

    /** Answers a batch of one span with proposals, of which the first {@code chosen.length - 1} hold. */
    void verify(TokenBatch batch, int... chosen) {
        assertThat(batch.spans()).hasSize(1);
        answer(
                new TokenBatch(
                        List.of(batch.spans().getFirst().verified(chosen.length)), batch.ids(), batch.logprobs()),
                chosen);
    }

    /** Loses the ring. */
    void fail(Throwable cause) {
        home().error(cause);
    }

    private FluxSink<StageMessage> home() {
        FluxSink<StageMessage> sink = home;
        assertThat(sink).as("a connected ring").isNotNull();
        return sink;
    }

    private final class First extends BaseSubscriber<StageMessage> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            if (demand > 0) {
                request(demand);
            }
        }

        @Override
        protected void hookOnNext(StageMessage message) {
            sent.add(message);
        }
    }
}
