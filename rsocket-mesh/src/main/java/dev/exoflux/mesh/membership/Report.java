package dev.exoflux.mesh.membership;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import java.util.List;

/**
 * What a peer says of itself and of its links to others.
 *
 * @param start which of the peer's starts says so
 * @param number counts the reports of one start
 * @param probePort where its links may be measured, 0 where nowhere
 */
record Report(long start, long number, PeerInfo peer, int probePort, List<Link> links) {

    Report {
        links = List.copyOf(links);
    }

    boolean isNewerThan(Report other) {
        return start > other.start || (start == other.start && number > other.number);
    }
}
