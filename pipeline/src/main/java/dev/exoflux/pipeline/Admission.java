package dev.exoflux.pipeline;

import dev.exoflux.pipeline.PrefixCache.Prefix;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Who gets memory for a cache, and whose work a sequence builds on.
 *
 * <p>The prefix is chosen twice. With the place, since it decides how much memory is needed; from then on the source is kept.
 * And again with the first span, since by then more may have been computed: of several requests that begin alike and come at
 * once the first computes, and the others wait for it. Confined to the batcher's loop.
 */
final class Admission {

    private final CacheBudget budget;
    private final PrefixCache prefixes;
    private final Collection<Sequence> live;

    /** @param live a view of those who have a place */
    Admission(CacheBudget budget, PrefixCache prefixes, Collection<Sequence> live) {
        this.budget = budget;
        this.prefixes = prefixes;
        this.live = live;
    }

    /**
     * Gives a sequence its memory if it is there. If not, asks as many retained ones to leave as have to. Beside others there has to be a
     * block more for each that may still grow, or whoever comes would have to go at once.
     */
    boolean admit(Sequence sequence) {
        int positions = sequence.reservation(budget.ahead());
        int growing = growing();
        Prefix prefix = prefixes.longest(sequence, live);
        while (!budget.fits(positions, length(prefix), growing)) {
            if (budget.willFit(positions, length(prefix), growing) || !evict(source(prefix))) {
                return false;
            }
            prefix = prefixes.longest(sequence, live);
        }
        SequenceCache source = source(prefix);
        sequence.cache()
                .admit(budget.reserve(positions, source == null ? null : source.lease(), length(prefix)), prefix);
        return true;
    }

    private int growing() {
        int growing = 0;
        for (Sequence sequence : live) {
            growing += sequence.cache().lease().positions() < sequence.capacity() ? 1 : 0;
        }
        return growing;
    }

    /** The sequence's own prefix goes last. */
    private boolean evict(@Nullable SequenceCache source) {
        return prefixes.evict(source) || prefixes.evict(null);
    }

    /** Whether a sequence may send its first span now, and if so with what prefix. */
    boolean begin(Sequence sequence) {
        Prefix promised = sequence.cache().prefix();
        Prefix longest = prefixes.longest(sequence, live);
        if (prefixes.coming(sequence, length(longest), live)) {
            return false;
        }
        Prefix chosen = length(longest) > length(promised) ? longest : promised;
        sequence.begin(chosen);
        if (chosen != null) {
            prefixes.use(chosen);
        }
        return true;
    }

    private static int length(@Nullable Prefix prefix) {
        return prefix == null ? 0 : prefix.length();
    }

    private static @Nullable SequenceCache source(@Nullable Prefix prefix) {
        return prefix == null ? null : prefix.source();
    }
}
