package dev.exoflux.pipeline.placement;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What a ring of candidates costs a token, in seconds, if all layers were of one size. A ring is a sequence of candidates: the
 * first has the embedding, the last the head, and each one layer at least; the other layers go to the fastest who have the
 * memory. That is the least that this ring can take, since without further limits a fractional knapsack fills the cheapest
 * first, and layers of one size make it exact.
 *
 * <p>Preferences between plans of about the same speed are a part of the cost: see {@link #WITH_WEIGHTS}.
 */
final class RingCosts {

    /** A layer whose weights are already there counts as so much of its time: a plan may be 2 % slower to fetch less. */
    static final double WITH_WEIGHTS = 0.98;

    /** A layer for which the ring has no memory, and a hop for which there is no link: steeper than any real cost. */
    static final double NO_MEMORY = 1e12;

    static final double NO_LINK = 1e9;

    /** A hop where links do not matter: the smaller ring wins. */
    private static final double ANY_LINK = 1e-9;

    private final int size;
    private final int layers;
    private final double[] layerSeconds;
    private final double[] headSeconds;
    private final int[] capacity;
    private final int[] capacityFirst;
    private final int[] capacityLast;
    private final int[] capacityAlone;
    private final double[][] hop;
    private final double[][] home;
    private final int[] rank;
    private final int[] bySpeed;

    /** @param linksMatter whether two peers need links to stand beside each other: if not, every hop is alike */
    RingCosts(Candidates candidates, Demand demand, long layerBytes, boolean linksMatter) {
        size = candidates.size();
        layers = demand.layers();
        layerSeconds = new double[size];
        headSeconds = new double[size];
        capacity = new int[size];
        capacityFirst = new int[size];
        capacityLast = new int[size];
        capacityAlone = new int[size];
        hop = new double[size][size];
        home = new double[size][size];
        double active = demand.active(0, layers) / layers;
        for (int i = 0; i < size; i++) {
            double held = heldShare(candidates.peer(i), demand);
            double preference = 1 - held + held * WITH_WEIGHTS;
            layerSeconds[i] = active / candidates.speed(i) * preference;
            headSeconds[i] = demand.model().headMatrixBytes() / candidates.speed(i) * preference;
            long memory = candidates.peer(i).memoryFreeBytes();
            capacity[i] = fits(memory, layerBytes);
            capacityFirst[i] = fits(memory - demand.outer(true, false), layerBytes);
            capacityLast[i] = fits(memory - demand.outer(false, true), layerBytes);
            capacityAlone[i] = fits(memory - demand.outer(true, true), layerBytes);
            for (int j = 0; j < size; j++) {
                hop[i][j] = linksMatter ? hop(candidates, i, j, demand.activationBytes()) : ANY_LINK;
                home[i][j] = linksMatter ? hop(candidates, i, j, Demand.TOKEN_BYTES) : ANY_LINK;
            }
        }
        bySpeed = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> layerSeconds[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        rank = new int[size];
        for (int i = 0; i < size; i++) {
            rank[bySpeed[i]] = i;
        }
    }

    private static double heldShare(PeerInfo peer, Demand demand) {
        int held = 0;
        for (int layer = 0; layer < demand.layers(); layer++) {
            held += peer.holds(demand.model().id(), layer) ? 1 : 0;
        }
        return (double) held / demand.layers();
    }

    private int fits(long memory, long layerBytes) {
        if (memory < 0) {
            return 0;
        }
        return layerBytes == 0 ? layers : (int) Math.min(layers, memory / layerBytes);
    }

    private static double hop(Candidates candidates, int from, int to, long bytes) {
        Link link = candidates.link(from, to);
        if (link == null || !candidates.linked(from, to)) {
            return from == to ? 0 : NO_LINK;
        }
        return LinkSpeed.seconds(link, bytes) + LinkSpeed.preference(link.kind());
    }

    int size() {
        return size;
    }

    int layers() {
        return layers;
    }

    /** Candidates from the fastest to the slowest. */
    int[] bySpeed() {
        return bySpeed;
    }

    double layerSeconds(int peer) {
        return layerSeconds[peer];
    }

    /** Seconds for an activation to a neighbour. */
    double hop(int from, int to) {
        return hop[from][to];
    }

    /** Seconds for a token from the last peer to the first. */
    double home(int last, int first) {
        return home[last][first];
    }

    /** Layers that a peer in the middle of a ring can hold. */
    int capacity(int peer) {
        return capacity[peer];
    }

    /** Layers that a peer can hold in some place of a ring. */
    int capacityAnywhere(int peer) {
        return Math.max(capacity[peer], capacityAlone[peer]);
    }

    /** Layers that a peer can hold in a ring that starts and ends there. */
    int capacity(int peer, int first, int last) {
        if (peer == first) {
            return peer == last ? capacityAlone[peer] : capacityFirst[peer];
        }
        return peer == last ? capacityLast[peer] : capacity[peer];
    }

    /** Seconds of computing a token, memory that lacks priced in. */
    double compute(int[] ring) {
        long[] members = new long[(size + 63) >>> 6];
        for (int peer : ring) {
            members[rank[peer] >>> 6] |= 1L << rank[peer];
        }
        int first = ring[0];
        int last = ring[ring.length - 1];
        int left = layers - ring.length;
        int missing = 0;
        double seconds = headSeconds[last];
        for (int word = 0; word < members.length; word++) {
            for (long bits = members[word]; bits != 0; bits &= bits - 1) {
                int peer = bySpeed[(word << 6) + Long.numberOfTrailingZeros(bits)];
                int most = capacity(peer, first, last);
                int more = Math.clamp(most - 1, 0, Math.max(0, left));
                missing += most < 1 ? 1 : 0;
                left -= more;
                seconds += (1 + more) * layerSeconds[peer];
            }
        }
        return seconds + Math.max(Math.max(0, left), missing) * NO_MEMORY;
    }

    /** Seconds of all hops of a token, links that lack priced in. */
    double hops(int[] ring) {
        if (ring.length == 1) {
            return 0;
        }
        double seconds = home[ring[ring.length - 1]][ring[0]];
        for (int i = 1; i < ring.length; i++) {
            seconds += hop[ring[i - 1]][ring[i]];
        }
        return seconds;
    }

    double of(int[] ring) {
        return compute(ring) + hops(ring);
    }

    /** Whether a ring of that cost has the memory and the links. */
    static boolean possible(double cost) {
        return cost < NO_LINK / 2;
    }
}
