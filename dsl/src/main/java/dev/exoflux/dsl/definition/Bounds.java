package dev.exoflux.dsl.definition;

import dev.exoflux.model.ExofluxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What the constructors of this package refuse, in one tone. {@code key} is the value's name in YAML. */
final class Bounds {

    private Bounds() {}

    static void within(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw ExofluxException.invalid(
                    key, "%s is %d; it has to be from %d to %d.".formatted(key, value, least, most));
        }
    }

    /** The same where {@code automatic} stands for the choice of whoever runs it. */
    static void withinOr(int automatic, String key, int value, int most) {
        if (value != automatic) {
            within(key, value, 1, most);
        }
    }

    /** @param what the value is not, if it does not match */
    static void matching(Pattern form, String key, String value, String what, String help) {
        if (!form.matcher(value).matches()) {
            throw ExofluxException.invalid(
                    key, "%s is %s, which is no %s.\n%s".formatted(key, shown(value), what, help));
        }
    }

    static void text(String key, String value, int most) {
        if (value.isBlank() || value.length() > most) {
            throw ExofluxException.invalid(
                    key, "%s is %s; it has to be a text of 1 to %d characters.".formatted(key, shown(value), most));
        }
    }

    /** A regular expression of Java. */
    static void expression(String key, String expression) {
        text(key, expression, AnswerRule.MOST_PATTERN);
        try {
            Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw ExofluxException.invalid(key, """
                    %s is %s, which is no regular expression: %s at character %d.
                    Maybe escape what is meant literally with a backslash.""".formatted(
                            key, shown(expression), e.getDescription().toLowerCase(Locale.ROOT), e.getIndex() + 1));
        }
    }

    static void bean(String key, String name) {
        matching(
                AnswerRule.NAME,
                key,
                name,
                "name of a bean",
                "Maybe name a bean of the application, such as redactNames.");
    }

    static <T> List<T> counted(String key, List<T> list, int least, int most) {
        if (list.size() < least || list.size() > most) {
            throw ExofluxException.invalid(
                    key,
                    "%s has %d %s; it has to have %d to %d."
                            .formatted(key, list.size(), list.size() == 1 ? "entry" : "entries", least, most));
        }
        return List.copyOf(list);
    }

    /** In quotes, cut where it is long, on one line. */
    static String shown(String value) {
        String line = value.replaceAll("\\p{Cntrl}", "?");
        return "\"" + (line.length() <= 60 ? line : line.substring(0, 57) + "...") + "\"";
    }
}
