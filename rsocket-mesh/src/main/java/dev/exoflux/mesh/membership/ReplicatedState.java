package dev.exoflux.mesh.membership;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/** The replica as its peer uses it: on the loop, and heard of as streams. */
final class ReplicatedState implements ClusterState, Replica.World {

    /** Longer than it takes to find out that the coordinator is gone and to choose another, twice. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Loop loop;
    private final BiConsumer<String, PeerMessage> send;
    private final Consumer<PeerMessage> broadcast;
    private final Replica replica;
    private final Newest<State> states;
    private final Map<Long, MonoSink<Version>> waiting = new HashMap<>();
    private long requests;

    ReplicatedState(
            String self,
            Storage storage,
            Loop loop,
            BiConsumer<String, PeerMessage> send,
            Consumer<PeerMessage> broadcast) {
        this.loop = loop;
        this.send = send;
        this.broadcast = broadcast;
        this.replica = new Replica(self, storage, this);
        this.states = new Newest<>(replica.state());
    }

    /** Only to be used on the loop. */
    Replica replica() {
        return replica;
    }

    @Override
    public Mono<Version> put(String key, String value) {
        return propose(key, value);
    }

    @Override
    public Mono<Version> remove(String key) {
        return propose(key, null);
    }

    @Override
    public Mono<State> caughtUp() {
        return propose(Replica.NOTHING, null).map(version -> states.get());
    }

    private Mono<Version> propose(String key, @Nullable String value) {
        return Mono.<Version>create(sink -> loop.execute(() -> propose(sink, key, value)))
                .timeout(PATIENCE)
                .onErrorMap(
                        TimeoutException.class,
                        e -> new ExofluxException(ErrorCode.PEER_LOST, """
                        The change of %s was not confirmed by most peers within %d seconds.
                        Maybe try again: peers may be joining or leaving just now.""".formatted(key, PATIENCE.toSeconds()), e))
                .publishOn(Schedulers.parallel());
    }

    private void propose(MonoSink<Version> sink, String key, @Nullable String value) {
        long request = ++requests;
        waiting.put(request, sink);
        sink.onDispose(() -> loop.execute(() -> {
            waiting.remove(request);
            replica.forget(request);
        }));
        replica.propose(request, key, value);
    }

    @Override
    public Flux<State> states() {
        return states.flux();
    }

    @Override
    public void send(String to, PeerMessage.About message) {
        send.accept(to, message);
    }

    @Override
    public void broadcast(PeerMessage.About message) {
        broadcast.accept(message);
    }

    @Override
    public void answered(long request, Version version, @Nullable ExofluxException error) {
        MonoSink<Version> sink = waiting.remove(request);
        if (sink != null && error == null) {
            sink.success(version);
        } else if (sink != null && error != null) {
            sink.error(error);
        }
    }

    @Override
    public void changed(State state) {
        states.set(state);
    }

    /** On the loop, as its last task. */
    void close() {
        states.complete();
        Map.copyOf(waiting)
                .values()
                .forEach(sink -> sink.error(new ExofluxException(
                        ErrorCode.SHUTTING_DOWN, "This peer leaves the cluster.\nMaybe ask another peer.")));
    }
}
