package dev.exoflux.dsl.definition;

import java.util.regex.Pattern;

/**
 * One rule of a {@link Validator}.
 *
 * @param name what a client is told when it is broken; the {@linkplain AnswerCheck#kind() kind} of the check by default
 */
public record AnswerRule(String name, AnswerCheck check) {

    /** Longest regular expression. */
    public static final int MOST_PATTERN = 1000;

    /** What the name of a rule, or of a bean, looks like. */
    public static final Pattern NAME = Pattern.compile("[A-Za-z_$][A-Za-z0-9._$-]{0,127}");

    public AnswerRule {
        Bounds.matching(
                NAME,
                "name",
                name,
                "name for a rule",
                "Maybe use letters, digits, and hyphens between them: no-secrets.");
    }

    /** The rule that is named as its check is. */
    public AnswerRule(AnswerCheck check) {
        this(check.kind(), check);
    }
}
