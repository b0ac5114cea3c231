package dev.exoflux.model.text.template;

import java.util.List;

/** Filters that make text of text. */
final class TextFilters {

    /** Characters behind which the filter {@code title} begins a word. */
    private static final String WORD_STARTS = "-({[<";

    private TextFilters() {}

    static Object upper(Rendering rendering, Object value, Arguments arguments) {
        Object text = withoutArguments("upper", rendering, value, arguments);
        return Filters.made(text, PythonText.upper(Values.text(text)), rendering.budget());
    }

    static Object lower(Rendering rendering, Object value, Arguments arguments) {
        Object text = withoutArguments("lower", rendering, value, arguments);
        return Filters.made(text, PythonText.lower(Values.text(text)), rendering.budget());
    }

    static Object capitalize(Rendering rendering, Object value, Arguments arguments) {
        Object text = withoutArguments("capitalize", rendering, value, arguments);
        return Filters.made(text, PythonText.capitalize(Values.text(text)), rendering.budget());
    }

    static Object string(Rendering rendering, Object value, Arguments arguments) {
        return withoutArguments("string", rendering, value, arguments);
    }

    private static Object withoutArguments(String filter, Rendering rendering, Object value, Arguments arguments) {
        arguments.bind(filter, 0);
        return Filters.softText(value, rendering.budget());
    }

    static Object title(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("title", 0);
        String text = Printer.str(value, rendering.budget());
        StringBuilder out = new StringBuilder(text.length());
        boolean first = true;
        int wordStart = 0;
        for (int i = 0; i <= text.length(); i++) {
            boolean separator = i == text.length() || isWordStart(text.charAt(i));
            if (separator) {
                out.append(PythonText.lower(text.substring(wordStart, i)));
                out.append(i < text.length() ? text.charAt(i) : "");
                wordStart = i + 1;
                first = true;
            } else if (first) {
                int end = i + Character.charCount(text.codePointAt(i));
                out.append(PythonText.upper(text.substring(i, end)));
                wordStart = end;
                i = end - 1;
                first = false;
            }
        }
        return Filters.made(null, out.toString(), rendering.budget());
    }

    private static boolean isWordStart(char c) {
        return WORD_STARTS.indexOf(c) >= 0 || Whitespace.is(c);
    }

    static Object trim(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("trim", 0, "chars");
        Object text = Filters.softText(value, rendering.budget());
        String trimmed = PythonText.strip(
                Values.text(text), bound.hasValue(0) ? StringMethods.oneOf(bound.text(0)) : Whitespace::is);
        return Filters.made(text, trimmed, rendering.budget());
    }

    static Object replace(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("replace", 2, "old", "new", "count");
        Budget budget = rendering.budget();
        int count = bound.hasValue(2) ? bound.count(2, -1) : -1;
        return TextSearch.replace(
                Printer.str(value, budget),
                Printer.str(bound.get(0), budget),
                Printer.str(bound.get(1), budget),
                count < 0 ? Integer.MAX_VALUE : count,
                budget);
    }

    static Object center(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("center", 0, "width");
        Object text = Filters.softText(value, rendering.budget());
        String centered = PythonText.center(Values.text(text), bound.count(0, 80), " ", rendering.budget());
        return Filters.made(text, centered, rendering.budget());
    }

    static Object indent(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("indent", 0, "width", "first", "blank");
        Budget budget = rendering.budget();
        String text = required("indent", value);
        String indent = !bound.has(0)
                ? "    "
                : Values.isText(bound.get(0)) ? bound.text(0) : PythonText.repeat(" ", bound.count(0, 4), budget);
        boolean blank = bound.truth(2, false);
        StringBuilder out = new StringBuilder(bound.truth(1, false) ? indent : "");
        List<String> lines = TextSplit.lines(text + "\n", false, budget);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String before = i == 0 ? "" : line.isEmpty() && !blank ? "\n" : "\n" + indent;
            budget.characters((long) before.length() + line.length());
            out.append(before).append(line);
        }
        return Filters.made(value, out.toString(), budget);
    }

    private static String required(String filter, Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (!Values.isText(value)) {
            throw new TemplateFailure(
                    "the filter '%s' needs a string, not a %s".formatted(filter, Values.typeName(value)));
        }
        return Values.text(value);
    }

    static Object truncate(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("truncate", 0, "length", "killwords", "end", "leeway");
        String end = bound.text(2, "...");
        int length = bound.count(0, 255);
        int leeway = bound.hasValue(3) ? bound.count(3, 5) : 5;
        int kept = length - PythonText.length(end);
        if (kept < 0 || leeway < 0) {
            throw new TemplateFailure("truncate needs a length that its ending fits in, and no negative leeway");
        }
        if (Values.length(value) <= (long) length + leeway) {
            return value;
        }
        String text = required("truncate", value);
        String cut = PythonText.substring(text, 0, kept);
        int space = bound.truth(1, false) ? -1 : cut.lastIndexOf(' ');
        return Filters.made(value, (space < 0 ? cut : cut.substring(0, space)) + end, rendering.budget());
    }

    static Object format(Rendering rendering, Object value, Arguments arguments) {
        if (!arguments.positional().isEmpty() && !arguments.named().isEmpty()) {
            throw new TemplateFailure("the filter 'format' takes positional or named arguments, not both");
        }
        Budget budget = rendering.budget();
        Object values = new Tuple(arguments.positional());
        if (!arguments.named().isEmpty()) {
            Dict named = new Dict();
            arguments.named().forEach((name, argument) -> named.put(name, argument, budget));
            values = named;
        }
        return PercentFormat.format(Filters.softText(value, budget), values, budget);
    }

    static Object wordCount(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("wordcount", 0);
        int words = 0;
        boolean inWord = false;
        for (int c : Printer.str(value, rendering.budget()).codePoints().toArray()) {
            boolean part = c == '_' || Character.isLetterOrDigit(c);
            words += part && !inWord ? 1 : 0;
            inWord = part;
        }
        return Numbers.of(words);
    }
}
