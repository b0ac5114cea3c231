package dev.exoflux.pipeline.placement;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An immutable snapshot of a cluster: its peers, sorted by id, and the measured links between them, sorted by their ends.
 *
 * @param self id of the peer that sees this; empty where nobody does, as in a simulation
 * @param coordinator id of the peer that owns the desired state; empty where there is none
 * @param peers no two of the same id
 * @param links both ends of each are among the peers
 */
public record Topology(String self, String coordinator, List<PeerInfo> peers, List<Link> links) {

    /** Nobody there. */
    public static final Topology EMPTY = new Topology("", "", List.of(), List.of());

    public Topology {
        peers = peers.stream().sorted(Comparator.comparing(PeerInfo::id)).toList();
        links = links.stream().sorted(Link.ORDER).toList();
        Set<String> ids = new HashSet<>();
        for (PeerInfo peer : peers) {
            if (!ids.add(peer.id())) {
                throw new IllegalArgumentException("two peers with the id " + peer.id());
            }
        }
        for (Link link : links) {
            if (!ids.contains(link.from()) || !ids.contains(link.to())) {
                throw new IllegalArgumentException(
                        "a link from %s to %s, which are not both peers".formatted(link.from(), link.to()));
            }
        }
    }

    /** A topology of these peers and of those links whose ends are both among them: measurements may outlive a peer. */
    public static Topology among(String self, String coordinator, List<PeerInfo> peers, List<Link> links) {
        Set<String> ids = peers.stream().map(PeerInfo::id).collect(Collectors.toSet());
        return new Topology(
                self,
                coordinator,
                peers,
                links.stream()
                        .filter(link -> ids.contains(link.from()) && ids.contains(link.to()))
                        .toList());
    }

    /** The peer of that id. */
    public Optional<PeerInfo> peer(String id) {
        int low = 0;
        int high = peers.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = peers.get(middle).id().compareTo(id);
            if (order == 0) {
                return Optional.of(peers.get(middle));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /** Those that a word means: the peer of that id or, where there is none, all of that name or label. */
    public List<PeerInfo> called(String word) {
        return peer(word)
                .map(List::of)
                .orElseGet(
                        () -> peers.stream().filter(peer -> peer.isCalled(word)).toList());
    }

    /** Every link that leads from one peer to another, the preferred kind first. */
    public List<Link> links(String from, String to) {
        int first = firstLinkAt(from, to);
        int end = first;
        while (end < links.size()
                && links.get(end).from().equals(from)
                && links.get(end).to().equals(to)) {
            end++;
        }
        return links.subList(first, end);
    }

    /** The link of that kind from one peer to another. */
    public Optional<Link> link(String from, String to, Link.Kind kind) {
        return links(from, to).stream().filter(link -> link.kind() == kind).findFirst();
    }

    private int firstLinkAt(String from, String to) {
        int low = 0;
        int high = links.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            Link link = links.get(middle);
            int order = link.from().compareTo(from);
            if (order < 0 || (order == 0 && link.to().compareTo(to) < 0)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
