package dev.exoflux.pipeline.compose;

/** Reads along with one answer. Called for one token after another, never at the same time; must not block. */
@FunctionalInterface
public interface Watch {

    /**
     * Looks at an answer that has grown. Is not called again once it has seen the rule broken.
     *
     * @param answer all of its text so far, to be read during the call only
     * @param complete whether this is all there will be
     */
    Sight see(CharSequence answer, boolean complete);

    /**
     * What was seen.
     *
     * @param broken whether the rule is broken, whatever follows
     * @param at text before this index does not break the rule, whatever follows, and may be sent
     */
    record Sight(boolean broken, int at) {

        /** Nothing is broken, and nothing before {@code upTo} will be. */
        public static Sight clear(int upTo) {
            return new Sight(false, upTo);
        }

        /** The rule is broken by what begins at {@code from}. */
        public static Sight broken(int from) {
            return new Sight(true, from);
        }
    }
}
