package dev.exoflux.model.text.template;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;

/** The methods of strings that ask something: where a text is found, how often, and of what it is made. */
final class StringQueries {

    interface Query {
        Object ask(String text, Arguments arguments, Budget budget);
    }

    /** Letters that are numbers as well; Java does not know them as such. */
    private static final String IDEOGRAPHIC_NUMBERS = "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零";

    private StringQueries() {}

    static void addTo(BiConsumer<String, Query> methods) {
        methods.accept("startswith", (text, a, budget) -> hasEnd("startswith", String::startsWith, text, a));
        methods.accept("endswith", (text, a, budget) -> hasEnd("endswith", String::endsWith, text, a));
        methods.accept("find", (text, a, budget) -> Numbers.of(position("find", true, text, a)));
        methods.accept("rfind", (text, a, budget) -> Numbers.of(position("rfind", false, text, a)));
        methods.accept("index", (text, a, budget) -> found("index", true, text, a));
        methods.accept("rindex", (text, a, budget) -> found("rindex", false, text, a));
        methods.accept("count", StringQueries::count);
        Map<String, IntPredicate> classes = Map.of(
                "isalpha", Character::isLetter,
                "isdecimal", c -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER,
                "isdigit", StringQueries::isDigit,
                "isnumeric", StringQueries::isNumeric,
                "isalnum", c -> Character.isLetter(c) || isNumeric(c),
                "isspace", Whitespace::is);
        classes.forEach((name, matching) ->
                methods.accept(name, (text, a, budget) -> plain(name, a) && !text.isEmpty() && all(text, matching)));
        methods.accept("isascii", (text, a, budget) -> plain("isascii", a) && all(text, c -> c < 0x80));
        methods.accept("isprintable", (text, a, budget) -> plain("isprintable", a) && all(text, Printer::isPrintable));
        methods.accept("islower", (text, a, budget) -> plain("islower", a) && isLower(text));
        methods.accept("isupper", (text, a, budget) -> plain("isupper", a) && isUpper(text));
        methods.accept("istitle", (text, a, budget) -> plain("istitle", a) && isTitle(text));
    }

    private static boolean plain(String name, Arguments arguments) {
        arguments.bind(name, 0);
        return true;
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

    private static Object hasEnd(String name, BiPredicate<String, String> test, String text, Arguments arguments) {
        Bound bound = arguments.bindPositional(name, 1, "prefix", "start", "end");
        Window window = window(text, bound);
        List<Object> candidates = bound.get(0) instanceof Tuple tuple ? tuple.items() : List.of(bound.get(0));
        boolean matches = false;
        for (Object candidate : candidates) {
            if (!Values.isText(candidate)) {
                throw bound.wrong(0, "a string or a tuple of strings");
            }
            matches |= !window.isEmptyRange() && test.test(window.content(), Values.text(candidate));
        }
        return matches;
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
