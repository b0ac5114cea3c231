package dev.exoflux.mesh.membership;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.PeerInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which ways to which peers there are, what was measured of them, and which is to be measured next: those never measured
 * first, then one a minute each, those that failed a little sooner. For one thread; told the time.
 */
final class LinkBook {

    private static final long AGAIN = Duration.ofMinutes(1).toNanos();
    private static final long AFTER_FAILURE = Duration.ofSeconds(10).toNanos();
    private static final int ADDRESSES = 8;

    /** Share of a measurement that it has to differ by to be told again. */
    private static final double NOTICEABLE = 0.2;

    /** One way to a peer: an address of its, and the port it answers probes at. */
    record Way(String peer, String address, int port, Link.Kind kind) {}

    private record Entry(long due, Optional<Link> link) {}

    private final String self;
    private final Map<Way, Entry> ways = new LinkedHashMap<>();

    LinkBook(String self) {
        this.self = self;
    }

    /** The peers there are now, with the ports they answer at; forgets the ways to others. */
    void peers(PeerInfo own, Collection<Report> others, long now) {
        Set<String> here = addresses(own);
        Set<Way> current = new HashSet<>();
        for (Report other : others) {
            List<Way> its = ways(other, here);
            current.addAll(its);
            its.forEach(way -> ways.putIfAbsent(way, new Entry(now, Optional.empty())));
        }
        ways.keySet().retainAll(current);
    }

    private static Set<String> addresses(PeerInfo peer) {
        Set<String> all = new HashSet<>();
        peer.interfaces().forEach(its -> all.addAll(its.addresses()));
        return all;
    }

    private static List<Way> ways(Report report, Set<String> here) {
        List<Way> its = new ArrayList<>();
        for (PeerInterface network : report.peer().interfaces()) {
            for (String address : network.addresses()) {
                Link.Kind kind = here.contains(address) ? Link.Kind.LOOPBACK : network.kind();
                its.add(new Way(report.peer().id(), address, report.probePort(), kind));
            }
        }
        return report.probePort() == 0 ? List.of() : its.subList(0, Math.min(ADDRESSES, its.size()));
    }

    /** The way whose turn it is. */
    Optional<Way> next(long now) {
        return next(now, false);
    }

    /** @param urgent only if nothing is known of the way: without it, its peer is in no plan */
    Optional<Way> next(long now, boolean urgent) {
        return ways.entrySet().stream()
                .filter(way -> way.getValue().due() - now <= 0
                        && (!urgent || way.getValue().link().isEmpty()))
                .min(Comparator.comparing((Map.Entry<Way, Entry> way) ->
                                way.getValue().link().isPresent())
                        .thenComparingLong(way -> way.getValue().due() - now))
                .map(Map.Entry::getKey);
    }

    /** Something went wrong on one of the ways: each is to be measured now. */
    void doubt(long now) {
        ways.replaceAll((way, entry) -> new Entry(now, entry.link()));
    }

    /** Returns whether the others should hear of it. */
    boolean measured(Way way, LinkProbe.Measured measured, long now) {
        Link link = new Link(
                self,
                way.peer(),
                way.kind(),
                way.address(),
                measured.roundTripMicros(),
                measured.bytesPerSecond(),
                null);
        Entry before = ways.get(way);
        if (before == null) {
            return false;
        }
        boolean told = before.link().isPresent() && !differ(before.link().get(), link);
        ways.put(way, new Entry(now + AGAIN, told ? before.link() : Optional.of(link)));
        return !told;
    }

    /** Returns whether the others should hear of it. */
    boolean failed(Way way, long now) {
        Entry before = ways.get(way);
        if (before == null) {
            return false;
        }
        ways.put(way, new Entry(now + AFTER_FAILURE, Optional.empty()));
        return before.link().isPresent();
    }

    private static boolean differ(Link a, Link b) {
        return differ(a.roundTripMicros(), b.roundTripMicros()) || differ(a.bytesPerSecond(), b.bytesPerSecond());
    }

    private static boolean differ(double a, double b) {
        return Math.abs(a - b) > NOTICEABLE * a;
    }

    /** Those that work: the fastest way over each kind of link to each peer. */
    List<Link> links() {
        Map<String, Link> fastest = new HashMap<>();
        for (Entry way : ways.values()) {
            way.link()
                    .ifPresent(link -> fastest.merge(
                            link.to() + " " + link.kind(),
                            link,
                            (a, b) -> a.bytesPerSecond() >= b.bytesPerSecond() ? a : b));
        }
        return List.copyOf(fastest.values());
    }
}
