package dev.exoflux.pipeline.placement.format;

import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.TensorGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Placements for people. */
public final class PlacementText {

    private PlacementText() {}

    /** A table of peers in order, what a token takes, and why; ends with a new line. */
    public static String of(Placement placement) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PEER", "LAYERS", "", "MEMORY"));
        for (Placement.Assignment shard : placement.shards()) {
            rows.add(List.of(
                    shard.peer(),
                    Integer.toString(shard.layers().size()),
                    "[%d, %d)".formatted(shard.layers().from(), shard.layers().to()),
                    bytes(shard.memoryBytes())));
        }
        StringBuilder text = new StringBuilder(Table.of(rows));
        text.append("\n%s, about %s tokens/s for one sequence\n"
                .formatted(placement.strategy().spelling(), rate(placement.tokensPerSecond())));
        placement.group().ifPresent(group -> append(text, group, placement));
        placement.why().forEach(reason -> text.append("- ").append(reason).append('\n'));
        return text.toString();
    }

    private static void append(StringBuilder text, TensorGroup group, Placement placement) {
        text.append("%d ranks over %s; rank 0 is found at\n"
                .formatted(group.worldSize(), group.collective().spelling()));
        for (String peer : placement.ring()) {
            text.append("  %s: %s\n".formatted(peer, group.coordinatorSeenBy().getOrDefault(peer, "-")));
        }
        if (!group.deviceMatrix().isEmpty()) {
            text.append("RDMA devices: ").append(group.deviceMatrix()).append('\n');
        }
    }

    private static String rate(double tokensPerSecond) {
        return String.format(Locale.ROOT, tokensPerSecond >= 100 ? "%.0f" : "%.1f", tokensPerSecond);
    }

    private static String bytes(long bytes) {
        return bytes < 1 << 20 ? bytes + " bytes" : String.format(Locale.ROOT, "%.2f GiB", bytes / (double) (1L << 30));
    }
}
