package dev.exoflux.dsl.definition;

import java.util.regex.Pattern;

/** What a request may be like. */
public sealed interface Condition {

    /** Its prompt has more tokens than this, as the main model of {@link Router#otherwise()} counts them. */
    record PromptTokensAbove(int tokens) implements Condition {

        /** Most that can be asked for. */
        public static final int MOST = 1 << 30;

        public PromptTokensAbove {
            Bounds.within("prompt-tokens-above", tokens, 0, MOST);
        }
    }

    /** Its prompt has more characters than this. */
    record PromptCharactersAbove(int characters) implements Condition {

        public PromptCharactersAbove {
            Bounds.within("prompt-characters-above", characters, 0, PromptTokensAbove.MOST);
        }
    }

    /**
     * Its prompt holds a match.
     *
     * @param pattern a regular expression of Java, looked for anywhere
     */
    record PromptMatches(String pattern) implements Condition {

        public PromptMatches {
            Bounds.expression("prompt-matches", pattern);
        }
    }

    /**
     * It came with a header whose value holds a match.
     *
     * @param name in any case
     * @param pattern a regular expression of Java, looked for anywhere; {@value #ANY} by default
     */
    record Header(String name, String pattern) implements Condition {

        /** Matches whatever the header's value is. */
        public static final String ANY = "";

        /** What a header's name looks like. */
        public static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

        public Header {
            Bounds.matching(NAME, "name", name, "name of a header", "Maybe use a name such as x-team.");
            if (!pattern.equals(ANY)) {
                Bounds.expression("matches", pattern);
            }
        }
    }

    /**
     * A model's answer to a question about its prompt holds a match.
     *
     * @param pattern a regular expression of Java, looked for anywhere; {@value #YES} by default
     */
    record Answer(Judge judge, String pattern) implements Condition {

        /** Matches an answer that begins with yes. */
        public static final String YES = "(?i)^\\W*yes\\b";

        public Answer {
            Bounds.expression("matches", pattern);
        }
    }
}
