package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Peers that were there a moment ago. One that is silent may be cut off and come back; so may this one be, if it misses half of
 * all or more. Of one whose machine refuses connections, the process has ended. For one thread.
 */
final class Vanished {

    /**
     * A network that comes back so soon should cost a pause and no answer; longer, nobody wants to wait for it. It takes halves that
     * were cut apart two to three seconds more to find each other.
     */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Within which a machine that is there refuses. */
    private static final Duration REFUSAL = Duration.ofMillis(500);

    /** @param ended asked once: whoever listens is not to be bothered again and again */
    private record Gone(Mono<Boolean> ended, long since) {}

    private final Clock clock;
    private final Map<String, Gone> gone = new HashMap<>();
    private Topology last = Topology.EMPTY;

    Vanished(Clock clock) {
        this.clock = clock;
    }

    /** These are there now, this one among them. */
    void seen(Topology now) {
        for (PeerInfo peer : last.peers()) {
            if (now.peer(peer.id()).isEmpty()) {
                gone.put(peer.id(), new Gone(ended(Addresses.of(last, last.self(), peer.id())), clock.millis()));
            }
        }
        now.peers().forEach(peer -> gone.remove(peer.id()));
        last = now;
    }

    /** Whether so many are missing that it is rather this one that is cut off. */
    boolean areHalf() {
        forget();
        return !gone.isEmpty() && gone.size() >= last.peers().size();
    }

    /**
     * Whether somebody is missing, and all of those are known to have ended, so that there is nothing to wait for. Asked on
     * threads that may block; cancel has no effect on what is asked already.
     */
    Mono<Boolean> haveEnded() {
        forget();
        List<Gone> those = List.copyOf(gone.values());
        return Flux.fromIterable(those).flatMap(Gone::ended).all(ended -> ended).map(all -> all && !those.isEmpty());
    }

    private void forget() {
        long since = clock.millis() - PATIENCE.toMillis();
        gone.values().removeIf(peer -> peer.since() < since);
    }

    private static Mono<Boolean> ended(Optional<PeerAddress> address) {
        return Mono.justOrEmpty(address)
                .publishOn(Schedulers.boundedElastic())
                .map(Vanished::refuses)
                .defaultIfEmpty(false)
                .cache();
    }

    private static boolean refuses(PeerAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), (int) REFUSAL.toMillis());
            return false; // it is there, and cut off in some other way
        } catch (ConnectException e) {
            return true; // no way there is told by other exceptions
        } catch (IOException e) {
            return false;
        }
    }
}
