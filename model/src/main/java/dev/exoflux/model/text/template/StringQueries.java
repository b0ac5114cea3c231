package dev.exoflux.model.text.template;

import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** The methods of strings that ask something: where a text is found, how often, and of what it is made. */
final class StringQueries {

    static final Set<String> NAMES = Set.of(
            "count",
            "endswith",
            "find",
            "index",
            "isalnum",
            "isalpha",
            "isascii",
            "isdecimal",
            "isdigit",
            "islower",
            "isnumeric",
            "isprintable",
            "isspace",
            "istitle",
            "isupper",
            "rfind",
            "rindex",
            "startswith");

    /** Letters that are numbers as well; Java does not know them as such. */
    private static final String IDEOGRAPHIC_NUMBERS = "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零";

    private StringQueries() {}

    /** What the method of that name, one of {@link #NAMES}, says of the text. */
    static Object ask(String name, String text, Arguments arguments, Budget budget) {
        return switch (name) {
            case "count" -> count(text, arguments, budget);
            case "find" -> Numbers.of(position(name, true, text, arguments));
            case "rfind" -> Numbers.of(position(name, false, text, arguments));
            case "index" -> found(name, true, text, arguments);
            case "rindex" -> found(name, false, text, arguments);
            case "startswith", "endswith" -> hasEnd(name, text, arguments);
            default -> {
                arguments.bind(name, 0);
                yield isMadeOf(name, text);
            }
        };
    }

    private static boolean isMadeOf(String name, String text) {
        return switch (name) {
            case "isascii" -> all(text, c -> c < 0x80);
            case "isprintable" -> all(text, Printer::isPrintable);
            case "islower" -> isLower(text);
            case "isupper" -> isUpper(text);
            case "istitle" -> isTitle(text);
            default -> !text.isEmpty() && all(text, c -> isOfClass(name, c));
        };
    }

    private static boolean isOfClass(String name, int c) {
        return switch (name) {
            case "isalpha" -> Character.isLetter(c);
            case "isdecimal" -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
            case "isdigit" -> isDigit(c);
            case "isnumeric" -> isNumeric(c);
            case "isalnum" -> Character.isLetter(c) || isNumeric(c);
            case "isspace" -> Whitespace.is(c);
            default -> throw new IllegalStateException(name);
        };
    }

    private static boolean all(String text, IntPredicate matching) {
        return text.codePoints().allMatch(matching);
    }

    private static boolean isDigit(int c) {
        return Character.isDigit(c) || "\u00b2\u00b3\u00b9".indexOf(c) >= 0 || isSmallOrCircledDigit(c);
    }

    private static boolean isSmallOrCircledDigit(int c) {
        return (c >= 0x2070 && c <= 0x2089 && c != 0x2071 && Character.getType(c) == Character.OTHER_NUMBER)
                || (c >= 0x2460 && c <= 0x2468)
                || (c >= 0x2474 && c <= 0x247c)
                || (c >= 0x2488 && c <= 0x2490);
    }

    private static boolean isNumeric(int c) {
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER
                || IDEOGRAPHIC_NUMBERS.indexOf(c) >= 0;
    }

    static boolean isLower(String text) {
        return text.codePoints().anyMatch(Character::isLowerCase)
                && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
    }

    static boolean isUpper(String text) {
        return text.codePoints().anyMatch(Character::isUpperCase)
                && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
    }

    private static boolean isTitle(String text) {
        boolean cased = false;
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            boolean upper = Character.isUpperCase(c) || Character.isTitleCase(c);
            boolean lower = Character.isLowerCase(c);
            if ((upper && inWord) || (lower && !inWord)) {
                return false;
            }
            inWord = upper || lower;
            cased |= inWord;
        }
        return cased;
    }

    /** The part of a text that the arguments {@code start} and {@code end} select. */
    private record Window(String text, int from, int to) {

        /** Null is no option for Python: a start behind the end finds nothing, not even the empty string. */
        boolean isEmptyRange() {
            return from > to;
        }

        String content() {
            return PythonText.substring(text, from, to);
        }
    }

    private static Window window(String text, Bound bound) {
        int length = PythonText.length(text);
        int from = bound.hasValue(1) ? fromStart(bound.count(1, 0), length) : 0;
        int to = bound.hasValue(2) ? Math.min(fromStart(bound.count(2, 0), length), length) : length;
        return new Window(text, from, to);
    }

    private static int fromStart(int index, int length) {
        return index < 0 ? Math.max(0, index + length) : index;
    }

    private static Object hasEnd(String name, String text, Arguments arguments) {
        Bound bound = arguments.bindPositional(name, 1, "prefix", "start", "end");
        Window window = window(text, bound);
        List<Object> candidates = bound.get(0) instanceof Tuple tuple ? tuple.items() : List.of(bound.get(0));
        boolean matches = false;
        for (Object candidate : candidates) {
            if (!Values.isText(candidate)) {
                throw bound.wrong(0, "a string or a tuple of strings");
            }
            matches |= !window.isEmptyRange() && hasEnd(name, window.content(), Values.text(candidate));
        }
        return matches;
    }

    private static boolean hasEnd(String name, String text, String end) {
        return name.equals("startswith") ? text.startsWith(end) : text.endsWith(end);
    }

    private static int position(String name, boolean first, String text, Arguments arguments) {
        Bound bound = arguments.bindPositional(name, 1, "sub", "start", "end");
        Window window = window(text, bound);
        String wanted = bound.text(0);
        if (window.isEmptyRange()) {
            return -1;
        }
        String content = window.content();
        int at = first ? TextSearch.first(content, wanted) : TextSearch.last(content, wanted);
        return at < 0 ? -1 : window.from() + content.codePointCount(0, at);
    }

    private static Object found(String name, boolean first, String text, Arguments arguments) {
        int position = position(name, first, text, arguments);
        if (position < 0) {
            throw new TemplateFailure("what '" + name + "' looks for is not in the string");
        }
        return Numbers.of(position);
    }

    private static Object count(String text, Arguments arguments, Budget budget) {
        Bound bound = arguments.bindPositional("count", 1, "sub", "start", "end");
        Window window = window(text, bound);
        String wanted = bound.text(0);
        if (window.isEmptyRange()) {
            return Numbers.of(0);
        }
        String content = window.content();
        int count = wanted.isEmpty()
                ? PythonText.length(content) + 1
                : TextSearch.places(content, wanted, Integer.MAX_VALUE, budget).size();
        return Numbers.of(count);
    }
}
