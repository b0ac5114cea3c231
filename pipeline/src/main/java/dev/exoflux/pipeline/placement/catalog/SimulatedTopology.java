package dev.exoflux.pipeline.placement.catalog;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Machines that one thinks of: {@code 4x96GiB thunderbolt}, or several groups such as {@code 2x128GiB 800GB/s rdma, 3x16GiB
 * ethernet}. Each group says how many peers there are, with how much memory, how many bytes of weights a second each
 * multiplies (200 GB/s), and what links them (ethernet). Peers of two groups are linked by the lesser of their kinds.
 */
public final class SimulatedTopology {

    private static final Pattern GROUP = Pattern.compile("(\\d{1,4}) ?x ?(\\d+(?:\\.\\d+)?) ?([KMGT]i?B?)(?: (.*))?");
    private static final Pattern SPEED = Pattern.compile("(\\d+(?:\\.\\d+)?) ?([KMGT]i?B?)/s");
    private static final double USUAL_BYTES_PER_SECOND = 200e9;
    private static final int MOST_PEERS = 1000;

    private record Group(int count, long memory, double speed, Link.Kind kind) {}

    private SimulatedTopology() {}

    /**
     * Reads such a sentence.
     *
     * @return peers {@code p1}, {@code p2} and so on, every two of them linked both ways
     * @throws ExofluxException INVALID_REQUEST that shows the part at fault
     */
    public static Topology parse(String sentence) {
        List<PeerInfo> peers = new ArrayList<>();
        List<Link.Kind> kinds = new ArrayList<>();
        for (String part : sentence.split(",", -1)) {
            Group group = group(part.strip());
            for (int i = 0; i < group.count; i++) {
                peers.add(peer(peers.size() + 1, group));
                kinds.add(group.kind);
            }
        }
        if (peers.size() > MOST_PEERS) {
            throw invalid("%d peers are more than %d.".formatted(peers.size(), MOST_PEERS));
        }
        List<Link> links = new ArrayList<>();
        for (int from = 0; from < peers.size(); from++) {
            for (int to = 0; to < peers.size(); to++) {
                if (from != to) {
                    links.add(link(peers, kinds, from, to));
                }
            }
        }
        return new Topology("", "", peers, links);
    }

    private static PeerInfo peer(int number, Group group) {
        boolean rdma = group.kind == Link.Kind.RDMA;
        return PeerInfo.builder("p" + number)
                .memoryFreeBytes(group.memory)
                .memoryTotalBytes(group.memory)
                .weightBytesPerSecond(group.speed)
                .backends(rdma ? List.of("cpu", "mlx") : List.of("cpu"))
                .rdmaEnabled(rdma)
                .build();
    }

    private static Link link(List<PeerInfo> peers, List<Link.Kind> kinds, int from, int to) {
        Link.Kind kind = kinds.get(from).compareTo(kinds.get(to)) > 0 ? kinds.get(from) : kinds.get(to);
        String device = kind == Link.Kind.RDMA ? "rdma_en" + (to + 2) : null;
        String address = "10.0.%d.%d".formatted(to / 250, to % 250 + 1);
        return new Link(peers.get(from).id(), peers.get(to).id(), kind, address, 0, 0, device);
    }

    private static Group group(String text) {
        Matcher matcher = GROUP.matcher(text);
        if (!matcher.matches()) {
            throw invalid("'%s' says no number of peers and memory.".formatted(text));
        }
        double speed = USUAL_BYTES_PER_SECOND;
        Link.Kind kind = Link.Kind.ETHERNET;
        String rest = matcher.group(4) == null ? "" : matcher.group(4).strip();
        for (String word : rest.isEmpty() ? new String[0] : rest.split(" +", -1)) {
            Matcher rate = SPEED.matcher(word);
            if (rate.matches()) {
                speed = bytes(rate.group(1), rate.group(2));
            } else {
                kind = Link.Kind.of(word)
                        .orElseThrow(() -> invalid("'%s' is neither a speed nor a kind of link.".formatted(word)));
            }
        }
        double memory = bytes(matcher.group(2), matcher.group(3));
        int count = Integer.parseInt(matcher.group(1));
        if (count < 1 || memory < 1 || memory > 1L << 60 || speed <= 0) {
            throw invalid("'%s' is out of range.".formatted(text));
        }
        return new Group(count, (long) memory, speed, kind);
    }

    private static double bytes(String number, String unit) {
        int step = unit.contains("i") ? 1024 : 1000;
        int power = "KMGT".indexOf(unit.toUpperCase(Locale.ROOT).charAt(0)) + 1;
        return Double.parseDouble(number) * Math.pow(step, power);
    }

    private static ExofluxException invalid(String message) {
        return ExofluxException.invalid(
                "--simulate",
                message + "\nMaybe 4x96GiB thunderbolt, or 2x128GiB 800GB/s rdma, 3x16GiB ethernet; kinds are loopback,"
                        + " rdma, thunderbolt, ethernet and wifi.");
    }
}
