package dev.exoflux.pipeline;

import dev.exoflux.pipeline.CacheBudget.Lease;
import dev.exoflux.pipeline.PrefixCache.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * What the stages hold of one sequence, as the entry knows it. Goes with the sequence, or outlives it where it is retained:
 * then nothing else of the sequence is. Confined to the batcher's loop.
 */
final class SequenceCache {

    private final long id;
    private final SequenceTokens tokens;
    private @Nullable Lease lease;
    private @Nullable Prefix prefix;
    private int followers;
    private int held;

    /** @param id that the stages know it by */
    SequenceCache(long id, SequenceTokens tokens) {
        this.id = id;
        this.tokens = tokens;
    }

    long id() {
        return id;
    }

    SequenceTokens tokens() {
        return tokens;
    }

    /** Gets its memory, and the promise of what it may begin with: that is kept until it {@linkplain #begin begins}. */
    void admit(Lease memory, @Nullable Prefix promised) {
        lease = memory;
        prefix = promised;
        if (promised != null) {
            promised.source().followers++;
        }
    }

    /** What it has been promised. */
    @Nullable
    Prefix prefix() {
        return prefix;
    }

    /** Begins with what was promised, or with something better. */
    void begin(@Nullable Prefix chosen) {
        renounce();
        if (chosen != null) {
            lease().share(chosen.source().lease(), chosen.length());
        }
    }

    /** Needs no promise any more: it begins, or never will. */
    void renounce() {
        if (prefix != null) {
            prefix.source().followers--;
            prefix = null;
        }
    }

    /** Whether another has been promised its beginning. */
    boolean awaited() {
        return followers > 0;
    }

    /** A span has been sent that ends before {@code position}: the stages may hold as much. */
    void sent(int position) {
        held = position;
    }

    /** A span came home: every stage has computed it. */
    void computed(Span span) {
        tokens.computed(span.position() + span.count());
    }

    /** Whether any stage has heard of it. */
    boolean known() {
        return held > 0;
    }

    /** Most positions the stages may hold. */
    int held() {
        return held;
    }

    Lease lease() {
        if (lease == null) {
            throw new IllegalStateException("Sequence " + id + " has no place.");
        }
        return lease;
    }
}
