package dev.exoflux.mesh.cluster;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many peers were seen lately. Whoever sees fewer than half of them all at once is rather cut off himself than left alone: for
 * some seconds he had better not give up what they hold. For one thread.
 */
final class Company {

    /** A network that comes back so soon should cost a pause and no answer; longer, nobody wants to wait for it. */
    static final Duration PATIENCE = Duration.ofSeconds(6);

    private record Seen(int peers, long until) {}

    private final Clock clock;
    private final Deque<Seen> before = new ArrayDeque<>();
    private int peers;

    Company(Clock clock) {
        this.clock = clock;
    }

    /** So many are there now, this one among them. */
    void seen(int now) {
        if (now != peers) {
            before.add(new Seen(peers, clock.millis()));
            peers = now;
        }
    }

    /** Whether more than twice as many were there a moment ago. */
    boolean isCutOff() {
        long since = clock.millis() - PATIENCE.toMillis();
        before.removeIf(seen -> seen.until() < since);
        return before.stream().anyMatch(seen -> seen.peers() > 2 * peers);
    }
}
