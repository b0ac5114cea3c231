package dev.exoflux.pipeline.compose;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that is looked for in texts, with a bound on the work of each look.
 *
 * @param owner the rule or condition whose it is
 * @param pattern without a {@code .*} in front, which finds nothing more and would hold back whole lines
 * @param lasting whether a match that does not need the end of the text stays one, whatever follows
 */
record SearchPattern(String owner, Pattern pattern, boolean lasting) {

    /** Most rounds that counted repetitions may multiply to. */
    private static final int MOST_ROUNDS = 100_000;

    private static final Pattern LEADING = Pattern.compile("^(\\(\\?[a-zA-Z]+\\))?(?:\\.\\*\\??(?![+*?{]))+(?=.)");
    private static final Pattern COUNTED = Pattern.compile("\\{(\\d+)(?:,(\\d*))?}");

    /** Negative look-ahead, groups and repetitions that give nothing back, and clusters: more text may undo a match. */
    private static final Pattern UNDONE = Pattern.compile("\\(\\?[!>]|[+*?}]\\+|\\\\X|\\\\b\\{g}");

    /** @throws ExofluxException UNSUPPORTED for work without a bound */
    static SearchPattern bounded(String owner, String expression) {
        requireBounded(owner, expression);
        return new SearchPattern(
                owner, compiled(owner, expression), !UNDONE.matcher(expression).find());
    }

    /** @throws ExofluxException UNSUPPORTED also for one that matches where nothing is: each text would break the rule */
    static SearchPattern of(String owner, String expression) {
        SearchPattern pattern = bounded(owner, expression);
        if (pattern.search("", Matcher::find)) {
            throw refused(owner, expression, "it matches where nothing is", "Maybe use + in place of *.");
        }
        return pattern;
    }

    private static Pattern compiled(String owner, String expression) {
        // with | in it, what is in front belongs to the first alternative only
        String searched =
                expression.indexOf('|') < 0 ? LEADING.matcher(expression).replaceFirst("$1") : expression;
        try {
            return Pattern.compile(searched);
        } catch (PatternSyntaxException e) {
            throw refused(
                    owner,
                    expression,
                    "it is no regular expression",
                    "Maybe escape what is meant literally with a \\.");
        }
    }

    private static void requireBounded(String owner, String expression) {
        long rounds = 1;
        for (Matcher counted = COUNTED.matcher(expression); counted.find(); ) {
            String most = counted.group(2) == null || counted.group(2).isEmpty() ? counted.group(1) : counted.group(2);
            rounds = most.length() > 6 ? Long.MAX_VALUE : rounds * Math.max(1, Integer.parseInt(most));
            if (rounds > MOST_ROUNDS) {
                throw refused(
                        owner,
                        expression,
                        "its counted repetitions multiply to more than " + MOST_ROUNDS,
                        "Maybe use smaller counts, or none within another.");
            }
        }
        if (expression.contains("\\G")) {
            throw refused(owner, expression, "\\G has no meaning in a text that grows", "Maybe leave it out.");
        }
    }

    private static ExofluxException refused(String owner, String expression, String why, String help) {
        return new ExofluxException(
                ErrorCode.UNSUPPORTED,
                "The pattern of %s, \"%s\", cannot be used: %s.\n%s".formatted(owner, expression, why, help));
    }

    /**
     * Uses a matcher over a text.
     *
     * @throws ExofluxException UNSUPPORTED where that takes too long
     */
    <T> T search(CharSequence text, Function<Matcher, T> search) {
        Matcher matcher = pattern.matcher(new MeteredText(text));
        matcher.useTransparentBounds(true).useAnchoringBounds(false);
        try {
            return search.apply(matcher);
        } catch (MeteredText.Exhausted | StackOverflowError e) {
            throw new ExofluxException(ErrorCode.UNSUPPORTED, """
                    The pattern of %s, "%s", takes too long for this text.
                    Maybe write it without one repetition within another.""".formatted(owner, pattern.pattern()), e);
        }
    }
}
