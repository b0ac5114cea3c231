package dev.exoflux.shell.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long answers paused for what. */
final class FaultTable {

    private final List<String> rows = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();

    /** The pause that half of the faults stay below; nothing where there was none. */
    Duration medianPause() {
        return pauses.isEmpty()
                ? Duration.ZERO
                : pauses.stream().sorted().toList().get(pauses.size() / 2);
    }

    void add(String fault, Victim victim, boolean prefilling, Streams streams) {
        pauses.add(streams.longestPause());
        rows.add("%-18s %-12s %-8s %6d ms"
                .formatted(
                        fault,
                        victim,
                        prefilling ? "prefill" : "decode",
                        streams.longestPause().toMillis()));
    }

    @Override
    public String toString() {
        return "fault              peer         during     pause\n" + String.join("\n", rows);
    }
}
