package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of strings. On safe text they return safe text. */
final class StringMethods {

    private static final Set<String> UNSUPPORTED =
            Set.of("casefold", "encode", "maketrans", "translate", "isidentifier");

    private static final Set<String> NAMES = Set.of(
            "capitalize",
            "center",
            "expandtabs",
            "format",
            "format_map",
            "join",
            "ljust",
            "lower",
            "lstrip",
            "partition",
            "removeprefix",
            "removesuffix",
            "replace",
            "rjust",
            "rpartition",
            "rsplit",
            "rstrip",
            "split",
            "splitlines",
            "strip",
            "swapcase",
            "title",
            "upper",
            "zfill");

    private StringMethods() {}

    static @Nullable Object find(Object self, String name) {
        if (NAMES.contains(name)) {
            return new NativeFunction(name, (rendering, arguments) -> call(name, rendering, self, arguments));
        }
        if (StringQueries.NAMES.contains(name)) {
            return new NativeFunction(
                    name,
                    (rendering, arguments) ->
                            StringQueries.ask(name, Values.text(self), arguments, rendering.budget()));
        }
        return Attributes.refuse(UNSUPPORTED, self, name);
    }

    private static Object call(String name, Rendering r, Object self, Arguments a) {
        return switch (name) {
            case "center" -> center(r, self, a);
            case "expandtabs" -> expandTabs(r, self, a);
            case "format" -> BraceFormat.format(r, self, a);
            case "format_map" -> formatMap(r, self, a);
            case "join" -> join(r, self, a);
            case "ljust" -> justify(name, true, self, a, r.budget());
            case "rjust" -> justify(name, false, self, a, r.budget());
            case "partition" -> partition(name, true, self, a);
            case "rpartition" -> partition(name, false, self, a);
            case "removeprefix" -> removePrefix(r, self, a);
            case "removesuffix" -> removeSuffix(r, self, a);
            case "replace" -> replace(r, self, a);
            case "split" -> split(name, true, self, a, r.budget());
            case "rsplit" -> split(name, false, self, a, r.budget());
            case "splitlines" -> splitLines(r, self, a);
            case "strip", "lstrip", "rstrip" -> strip(name, r, self, a);
            case "zfill" -> zeroFill(r, self, a);
            default -> {
                a.bind(name, 0);
                yield made(self, converted(name, Values.text(self)), r.budget());
            }
        };
    }

    private static String converted(String name, String text) {
        return switch (name) {
            case "upper" -> PythonText.upper(text);
            case "lower" -> PythonText.lower(text);
            case "title" -> PythonText.title(text);
            case "capitalize" -> PythonText.capitalize(text);
            case "swapcase" -> PythonText.swapCase(text);
            default -> throw new IllegalStateException(name);
        };
    }

    /** The result of a method of {@code self}: safe text where that is. */
    private static Object made(Object self, String text, Budget budget) {
        budget.characters(text.length());
        return self instanceof Markup ? new Markup(text) : text;
    }

    private static List<Object> made(Object self, List<String> parts, Budget budget) {
        List<Object> all = new ArrayList<>(parts.size());
        parts.forEach(part -> all.add(made(self, part, budget)));
        return all;
    }

    /** An argument as it enters the text of {@code self}: escaped where that is safe text. */
    private static String added(Object self, Object argument, String text, Budget budget) {
        return self instanceof Markup ? Markup.escaped(argument, budget).text() : text;
    }

    private static Object strip(String name, Rendering rendering, Object self, Arguments arguments) {
        Bound bound = arguments.bindPositional(name, 0, "chars");
        IntPredicate stripped = bound.hasValue(0) ? oneOf(bound.text(0)) : Whitespace::is;
        String text = Values.text(self);
        String result = switch (name) {
            case "lstrip" -> PythonText.stripStart(text, stripped);
            case "rstrip" -> PythonText.stripEnd(text, stripped);
            default -> PythonText.strip(text, stripped);
        };
        return made(self, result, rendering.budget());
    }

    static IntPredicate oneOf(String characters) {
        Set<Integer> set = new HashSet<>();
        characters.codePoints().forEach(set::add);
        return set::contains;
    }

    private static Object removePrefix(Rendering rendering, Object self, Arguments arguments) {
        String prefix = arguments.bindPositional("removeprefix", 1, "prefix").text(0);
        String text = Values.text(self);
        return made(self, text.startsWith(prefix) ? text.substring(prefix.length()) : text, rendering.budget());
    }

    private static Object removeSuffix(Rendering rendering, Object self, Arguments arguments) {
        String suffix = arguments.bindPositional("removesuffix", 1, "suffix").text(0);
        String text = Values.text(self);
        boolean ends = text.endsWith(suffix);
        return made(self, ends ? text.substring(0, text.length() - suffix.length()) : text, rendering.budget());
    }

    private static Object replace(Rendering rendering, Object self, Arguments arguments) {
        Bound bound = arguments.bindPositional("replace", 2, "old", "new", "count");
        Budget budget = rendering.budget();
        String replacement = added(self, bound.get(1), bound.text(1), budget);
        return made(
                self,
                TextSearch.replace(Values.text(self), bound.text(0), replacement, limit(bound.count(2, -1)), budget),
                budget);
    }

    private static int limit(int count) {
        return count < 0 ? Integer.MAX_VALUE : count;
    }

    private static Object join(Rendering rendering, Object self, Arguments arguments) {
        Bound bound = arguments.bindPositional("join", 1, "iterable");
        Budget budget = rendering.budget();
        String separator = Values.text(self);
        StringBuilder joined = new StringBuilder();
        Iterator<Object> items = Values.iterate(bound.get(0), budget);
        for (boolean first = true; items.hasNext(); first = false) {
            Object item = items.next();
            if (!Values.isText(item) && !(self instanceof Markup)) {
                throw new TemplateFailure("join needs strings, not a " + Values.typeName(item));
            }
            String text = added(self, item, Values.isText(item) ? Values.text(item) : "", budget);
            budget.characters((long) separator.length() + text.length());
            joined.append(first ? "" : separator).append(text);
        }
        return made(self, joined.toString(), budget);
    }

    private static Object split(String name, boolean left, Object self, Arguments arguments, Budget budget) {
        Bound bound = arguments.bind(name, 0, "sep", "maxsplit");
        String text = Values.text(self);
        int limit = limit(bound.count(1, -1));
        if (!bound.hasValue(0)) {
            return made(
                    self,
                    left ? TextSplit.wordsLeft(text, limit, budget) : TextSplit.wordsRight(text, limit, budget),
                    budget);
        }
        String separator = separator(name, bound.text(0));
        return made(
                self,
                left ? TextSplit.left(text, separator, limit, budget) : TextSplit.right(text, separator, limit, budget),
                budget);
    }

    private static String separator(String method, String separator) {
        if (separator.isEmpty()) {
            throw new TemplateFailure(method + " cannot cut at an empty string");
        }
        return separator;
    }

    private static Object splitLines(Rendering rendering, Object self, Arguments arguments) {
        Bound bound = arguments.bind("splitlines", 0, "keepends");
        Budget budget = rendering.budget();
        return made(self, TextSplit.lines(Values.text(self), bound.truth(0, false), budget), budget);
    }

    private static Object partition(String name, boolean left, Object self, Arguments arguments) {
        String separator =
                separator(name, arguments.bindPositional(name, 1, "sep").text(0));
        String text = Values.text(self);
        int at = left ? TextSearch.first(text, separator) : TextSearch.last(text, separator);
        Function<String, Object> mark = part -> self instanceof Markup ? new Markup(part) : part;
        if (at < 0) {
            return left
                    ? Tuple.of(mark.apply(text), mark.apply(""), mark.apply(""))
                    : Tuple.of(mark.apply(""), mark.apply(""), mark.apply(text));
        }
        return Tuple.of(
                mark.apply(text.substring(0, at)),
                mark.apply(separator),
                mark.apply(text.substring(at + separator.length())));
    }

    private static Object formatMap(Rendering rendering, Object self, Arguments arguments) {
        Bound bound = arguments.bindPositional("format_map", 1, "mapping");
        if (!(bound.get(0) instanceof Dict mapping)) {
            throw bound.wrong(0, "a dict");
        }
        return BraceFormat.formatMap(rendering, self, mapping);
    }

    private static Object center(Rendering rendering, Object self, Arguments arguments) {
        Bound bound = arguments.bindPositional("center", 1, "width", "fillchar");
        Budget budget = rendering.budget();
        String fill = fill(self, bound, budget);
        return made(self, PythonText.center(Values.text(self), bound.count(0, 0), fill, budget), budget);
    }

    private static Object justify(String name, boolean left, Object self, Arguments arguments, Budget budget) {
        Bound bound = arguments.bindPositional(name, 1, "width", "fillchar");
        String text = Values.text(self);
        String fill = fill(self, bound, budget);
        int blanks = bound.count(0, 0) - PythonText.length(text);
        return made(self, PythonText.pad(text, left ? 0 : blanks, left ? blanks : 0, fill, budget), budget);
    }

    private static String fill(Object self, Bound bound, Budget budget) {
        String fill = bound.has(1) ? added(self, bound.get(1), bound.text(1), budget) : " ";
        if (PythonText.length(fill) != 1) {
            throw bound.wrong(1, "a single character");
        }
        return fill;
    }

    private static Object zeroFill(Rendering rendering, Object self, Arguments arguments) {
        Bound bound = arguments.bindPositional("zfill", 1, "width");
        String text = Values.text(self);
        int zeros = bound.count(0, 0) - PythonText.length(text);
        int sign = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
        Budget budget = rendering.budget();
        return made(
                self, text.substring(0, sign) + PythonText.repeat("0", zeros, budget) + text.substring(sign), budget);
    }

    private static Object expandTabs(Rendering rendering, Object self, Arguments arguments) {
        Bound bound = arguments.bind("expandtabs", 0, "tabsize");
        Budget budget = rendering.budget();
        return made(self, PythonText.expandTabs(Values.text(self), bound.count(0, 8), budget), budget);
    }
}
