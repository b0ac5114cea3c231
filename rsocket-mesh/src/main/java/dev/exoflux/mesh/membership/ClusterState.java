package dev.exoflux.mesh.membership;

import java.util.SortedMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the cluster is to do, known to every peer: small texts by key, decided by the coordinator, on the disk of each peer.
 * It outlives the coordinator, any minority of the peers, and a restart of all of them in any order.
 *
 * <p>Two halves that were apart keep, for each key, what has the greater {@link Version}.
 */
public interface ClusterState {

    /** Characters of a key at most. */
    int KEY_LENGTH = 256;

    /** Characters of a value at most. */
    int VALUE_LENGTH = 32_000;

    /** Keys at most, removed ones among them. */
    int KEYS = 10_000;

    /**
     * Everything decided, and when last.
     *
     * @param values by key, immutable
     * @param newest the greatest version among them, those of removed keys included
     */
    record State(SortedMap<String, String> values, Version newest) {}

    /**
     * Decides a value; from any peer. Completes when most of the peers in sight have it on their disks. On cancel it is not
     * said whether it was decided.
     *
     * <p>Errors: INVALID_REQUEST for a key or value too long or one key too many, PEER_LOST where it was not confirmed in
     * time: then it may be decided or not, and saying it again does no harm.
     */
    Mono<Version> put(String key, String value);

    /** Decides that there is no such key; otherwise as {@link #put}. */
    Mono<Version> remove(String key);

    /**
     * The state once this peer knows all that the coordinator has decided until now: one that has just joined does not. PEER_LOST
     * where the coordinator does not answer. Cancel changes nothing.
     */
    Mono<State> caughtUp();

    /**
     * The state now, and whenever it changes: the newest only, for readers who are slower than that. Completes when this
     * peer leaves; each subscriber is called on a thread that may not block.
     */
    Flux<State> states();
}
