package dev.exoflux.pipeline;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sequences that have ended and whose caches the stages still hold, so that a prompt that begins as one of them did is
 * computed only from where it differs.
 *
 * <p>Bounded by bytes; whoever has not served for longest goes first. Sequences that still run serve as well, but are not kept
 * here. A prompt is compared with each of them: that of 8,000 tokens takes a few microseconds, and most end within the first
 * few. Confined to the batcher's loop, but for {@link #metrics()}.
 */
final class PrefixCache {

    /** Fewer tokens in common are computed again: a fork costs a copy of a block. */
    static final int LEAST = 16;

    private final long bytes;
    private final CacheBudget budget;
    private final Consumer<SequenceCache> retire;
    private final Map<Long, SequenceCache> retained = new LinkedHashMap<>(); // in the order of their last use
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong reused = new AtomicLong();

    /**
     * What a sequence need not compute, because another has.
     *
     * @param length tokens, from the first on
     */
    record Prefix(SequenceCache source, int length) {}

    /**
     * @param bytes for the caches of all that have ended; 0 to reuse nothing, of running sequences neither
     * @param retire gets those that are not kept any longer
     */
    PrefixCache(long bytes, CacheBudget budget, Consumer<SequenceCache> retire) {
        this.bytes = bytes;
        this.budget = budget;
        this.retire = retire;
    }

    /** Readable from any thread. */
    BatcherMetrics.Prefixes metrics() {
        return new BatcherMetrics.Prefixes(count.get(), budget.retainedBytes(), reused.get());
    }

    /** A cache that is retained. */
    @Nullable
    SequenceCache get(long id) {
        return retained.get(id);
    }

    /** Who has computed most of a prompt; null if nobody has computed enough of it. */
    @Nullable
    Prefix longest(Sequence wanting, Collection<Sequence> live) {
        if (bytes == 0 || wanting.reusable() < LEAST) {
            return null;
        }
        Prefix longest = null;
        for (SequenceCache source : retained.values()) {
            longest = longer(longest, source, wanting);
        }
        for (Sequence source : live) {
            longest = longer(longest, source.cache(), wanting);
        }
        return longest;
    }

    private static @Nullable Prefix longer(@Nullable Prefix longest, SequenceCache source, Sequence wanting) {
        int common = source.tokens().computedInCommon(wanting.given(), wanting.reusable());
        return common >= LEAST && (longest == null || common > longest.length()) ? new Prefix(source, common) : longest;
    }

    /** Whether a running sequence is about to compute more of a prompt than the {@code there} tokens that are computed. */
    boolean coming(Sequence wanting, int there, Collection<Sequence> live) {
        if (bytes == 0) {
            return false;
        }
        for (Sequence other : live) {
            if (other.computing()
                    && other.cache().tokens().inCommon(wanting.given(), wanting.reusable()) - there >= LEAST) {
                return true;
            }
        }
        return false;
    }

    /** A sequence begins with a prefix. */
    void use(Prefix prefix) {
        touch(prefix.source());
        reused.addAndGet(prefix.length());
    }

    private void touch(SequenceCache cache) {
        if (retained.remove(cache.id()) != null) {
            retained.put(cache.id(), cache);
        }
    }

    /** Keeps what a sequence that has ended has computed, or retires it if that is not worth its memory. */
    void keep(SequenceCache ended) {
        if (!ended.awaited() && (!worthKeeping(ended) || covered(ended))) {
            retire.accept(ended);
            return;
        }
        ended.lease().retain(ended.held());
        dropCoveredBy(ended);
        retained.put(ended.id(), ended);
        count.set(retained.size());
        shrink();
    }

    private boolean worthKeeping(SequenceCache ended) {
        return ended.tokens().computed() >= LEAST && budget.bytes(ended.held()) <= bytes;
    }

    /** Whether a retained one has all of it, which then has been of use. */
    private boolean covered(SequenceCache ended) {
        for (SequenceCache cache : retained.values()) {
            if (cache.tokens().covers(ended.tokens())) {
                touch(cache);
                return true;
            }
        }
        return false;
    }

    /** Earlier turns of a conversation, above all. */
    private void dropCoveredBy(SequenceCache ended) {
        for (Iterator<SequenceCache> all = retained.values().iterator(); all.hasNext(); ) {
            SequenceCache cache = all.next();
            if (!cache.awaited() && ended.tokens().covers(cache.tokens())) {
                all.remove();
                retire.accept(cache);
            }
        }
    }

    /** Retires as many as the bound demands. */
    void shrink() {
        while (budget.retainedBytes() > bytes && evict(null)) {
            // until the rest fits
        }
    }

    /** Retires the one that has not served for longest, if there is any that no sequence is about to begin with. */
    boolean evict(@Nullable SequenceCache except) {
        for (Iterator<SequenceCache> all = retained.values().iterator(); all.hasNext(); ) {
            SequenceCache cache = all.next();
            if (cache != except && !cache.awaited()) {
                all.remove();
                count.set(retained.size());
                retire.accept(cache);
                return true;
            }
        }
        return false;
    }

    /** Retires all it can. */
    void evictAll() {
        while (evict(null)) {
            // until none is left
        }
    }

    /** Forgets all: the ring is lost, and with it the caches. */
    void clear() {
        retained.clear();
        count.set(0);
    }
}
