package dev.exoflux.mesh.weights;

import dev.exoflux.model.weights.ByteRanges;
import java.util.Map;
import java.util.function.Consumer;

/** Counts bytes as they arrive, and tells how far it has come. Thread-safe. */
final class PullCounter {

    private final Consumer<PullProgress> progress;
    private final long total;
    private long done;

    /** Tells right away what is here already. */
    PullCounter(Map<String, ByteRanges> wanted, PullTarget target, Consumer<PullProgress> progress) {
        this.progress = progress;
        this.total = bytes(wanted);
        this.done = total - bytes(target.missing(wanted));
        arrived(0);
    }

    private static long bytes(Map<String, ByteRanges> places) {
        return places.values().stream().mapToLong(ByteRanges::bytes).sum();
    }

    synchronized void arrived(long bytes) {
        done += bytes;
        progress.accept(new PullProgress(done, total));
    }
}
