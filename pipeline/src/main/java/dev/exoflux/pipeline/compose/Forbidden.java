package dev.exoflux.pipeline.compose;

import java.util.regex.Matcher;

/** Nothing that matches. */
record Forbidden(String name, SearchPattern pattern) implements Rule {

    @Override
    public Watch watch() {
        return new Looking(pattern);
    }

    /**
     * Tries the pattern at one index after another, and is done with an index where it neither matches nor has read up to the end
     * of the text: no more text will change that. The first where it has is as far as the answer is clear.
     */
    @SuppressWarnings("JdkObsolete") // hitEnd is for texts that grow, and this is one
    private static final class Looking implements Watch {

        private final SearchPattern pattern;
        private int clear;

        private Looking(SearchPattern pattern) {
            this.pattern = pattern;
        }

        @Override
        public Sight see(CharSequence answer, boolean complete) {
            return pattern.search(answer, matcher -> complete ? whole(matcher, answer) : growing(matcher, answer));
        }

        private Sight whole(Matcher matcher, CharSequence answer) {
            matcher.region(clear, answer.length());
            return matcher.find() ? Sight.broken(matcher.start()) : Sight.clear(answer.length());
        }

        private Sight growing(Matcher matcher, CharSequence answer) {
            int end = answer.length();
            for (; clear < end; clear++) {
                if (withinCharacter(answer, clear)) {
                    continue;
                }
                boolean matches = matcher.region(clear, end).lookingAt();
                if (matches && settled(matcher)) {
                    return Sight.broken(clear);
                }
                if (matches || matcher.hitEnd()) {
                    return matchesLater(matcher, end) ? Sight.broken(clear) : Sight.clear(clear);
                }
            }
            return Sight.clear(end);
        }

        /** Whether there is a match already, behind one that is still to be decided. */
        private boolean matchesLater(Matcher matcher, int end) {
            if (clear + 1 >= end || !matcher.region(clear + 1, end).find()) {
                return false;
            }
            // again for this index alone: what a search says of the end counts for all it has tried
            return matcher.region(matcher.start(), end).lookingAt() && settled(matcher);
        }

        /** Whether a match stays a match with any text behind it. */
        private boolean settled(Matcher matcher) {
            return !matcher.hitEnd() || (pattern.lasting() && !matcher.requireEnd());
        }

        private static boolean withinCharacter(CharSequence text, int index) {
            return index > 0
                    && Character.isLowSurrogate(text.charAt(index))
                    && Character.isHighSurrogate(text.charAt(index - 1));
        }
    }
}
