package dev.exoflux.pipeline.placement;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a peer says of itself. {@link #builder} spares its makers the order of the components.
 *
 * @param id survives restarts; never empty
 * @param name for people
 * @param host where the others reach it, empty where that is not known
 * @param httpPort of its HTTP API, 0 where it has none
 * @param meshPort of its RSocket server, 0 where it has none
 * @param device such as {@code Apple M3 Ultra}
 * @param cores it may use
 * @param backends that can run on it, such as {@code cpu} and {@code mlx}; empty where that is not known
 * @param backend the one it uses
 * @param memoryFreeBytes that a model may take
 * @param memoryTotalBytes that the machine, or its container, has
 * @param weightBytesPerSecond of weights that it multiplies a vector with, as measured; 0 where it was not
 * @param gflops it computes in a matrix product, in units of 10^9 operations a second; 0 where it was not measured
 * @param diskFreeBytes where it keeps models
 * @param rdmaEnabled whether it reports that RDMA is enabled; no report counts as disabled
 * @param interfaces of its network
 * @param models on its disk
 * @param shards in its memory
 * @param labels that its owner gave it, each a word or {@code key=value}
 * @param leaving whether it is about to go: nothing new is placed on it, and what it holds moves elsewhere
 */
public record PeerInfo(
        String id,
        String name,
        String host,
        int httpPort,
        int meshPort,
        String device,
        int cores,
        List<String> backends,
        String backend,
        long memoryFreeBytes,
        long memoryTotalBytes,
        double weightBytesPerSecond,
        double gflops,
        long diskFreeBytes,
        boolean rdmaEnabled,
        List<PeerInterface> interfaces,
        List<HeldModel> models,
        List<HeldShard> shards,
        List<String> labels,
        boolean leaving) {

    /** What a label looks like. */
    public static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:=-]{0,127}");

    public PeerInfo {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a peer without an id");
        }
        if (memoryFreeBytes < 0 || !(weightBytesPerSecond >= 0) || !(gflops >= 0)) {
            throw new IllegalArgumentException("peer %s: %d bytes free, %s bytes/s, %s GFLOP/s"
                    .formatted(id, memoryFreeBytes, weightBytesPerSecond, gflops));
        }
        backends = List.copyOf(backends);
        interfaces = List.copyOf(interfaces);
        models = List.copyOf(models);
        shards = List.copyOf(shards);
        labels = List.copyOf(labels);
    }

    /** A peer of that id of which nothing else is known. */
    public static PeerInfoBuilder builder(String id) {
        return new PeerInfoBuilder(id);
    }

    /** The same peer, to say some things differently. */
    public PeerInfoBuilder toBuilder() {
        return new PeerInfoBuilder(this);
    }

    /** The part of that model in its memory, or on the way there. */
    public Optional<HeldShard> shard(String model) {
        return shards.stream().filter(shard -> shard.model().equals(model)).findFirst();
    }

    /** Whether a word is its name, one of its labels, or the key of one. */
    public boolean isCalled(String word) {
        return name.equals(word)
                || labels.stream().anyMatch(label -> label.equals(word) || label.startsWith(word + "="));
    }

    /** Whether the weights of a model's decoder layer are on its disk or in its memory. */
    public boolean holds(String model, int layer) {
        return models.stream().anyMatch(held -> held.id().equals(model) && held.holds(layer))
                || shards.stream()
                        .anyMatch(shard -> shard.model().equals(model)
                                && shard.state() == HeldShard.State.READY
                                && shard.layers().from() <= layer
                                && layer < shard.layers().to());
    }
}
