package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values as JSON, as Python's {@code json.dumps} writes it. */
final class Json {

    /**
     * How it is written.
     *
     * @param indent what each level is indented by, or null for everything on one line
     */
    record Style(boolean ascii, @Nullable String indent, String itemSeparator, String keySeparator, boolean sortKeys) {}

    private final Style style;
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();

    private Json(Style style, Budget budget) {
        this.style = style;
        this.budget = budget;
    }

    static String write(Object value, Style style, Budget budget) {
        Json json = new Json(style, budget);
        json.value(value, 1);
        return json.out.toString();
    }

    private void value(Object value, int level) {
        budget.enter();
        budget.length(out.length());
        switch (value) {
            case None none -> out.append("null");
            case Boolean bool -> out.append(bool.booleanValue());
            case BigInteger integer -> out.append(Printer.integer(integer));
            case Double number -> out.append(number(number));
            case String text -> string(text);
            case Markup markup -> string(markup.text());
            case List<?> list -> array(Values.asList(list), level);
            case Tuple tuple -> array(tuple.items(), level);
            case Dict dict -> object(dict, level);
            case Undefined undefined ->
                throw new TemplateFailure(undefined.problem() + ", which cannot be written as JSON");
            default -> throw new TemplateFailure("a " + Values.typeName(value) + " cannot be written as JSON");
        }
        budget.leave();
    }

    private static String number(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        return Double.isInfinite(number) ? (number > 0 ? "Infinity" : "-Infinity") : Floats.repr(number);
    }

    private void array(List<Object> items, int level) {
        out.append('[');
        boolean first = true;
        for (Object item : items) {
            separate(first, level);
            value(item, level + 1);
            first = false;
        }
        close(first, level, ']');
    }

    private void object(Dict dict, int level) {
        out.append('{');
        boolean first = true;
        for (Dict.Entry entry : entries(dict)) {
            separate(first, level);
            string(key(entry.key()));
            out.append(style.keySeparator());
            value(entry.value(), level + 1);
            first = false;
        }
        close(first, level, '}');
    }

    private List<Dict.Entry> entries(Dict dict) {
        if (!style.sortKeys()) {
            return dict.entries();
        }
        List<Object> entries = new ArrayList<>(dict.entries());
        List<Dict.Entry> sorted = new ArrayList<>(entries.size());
        for (Object entry : Sorting.sorted(entries, item -> ((Dict.Entry) item).key(), false, budget)) {
            sorted.add((Dict.Entry) entry);
        }
        return sorted;
    }

    private static String key(Object key) {
        return switch (key) {
            case String text -> text;
            case Markup markup -> markup.text();
            case None none -> "null";
            case Boolean bool -> bool.toString();
            case BigInteger integer -> Printer.integer(integer);
            case Double number -> number(number);
            default -> throw new TemplateFailure("a " + Values.typeName(key) + " cannot be a key in JSON");
        };
    }

    private void separate(boolean first, int level) {
        if (!first) {
            text(style.itemSeparator());
        }
        newLine(level);
    }

    private void close(boolean empty, int level, char bracket) {
        if (!empty) {
            newLine(level - 1);
        }
        out.append(bracket);
    }

    private void newLine(int level) {
        if (style.indent() != null) {
            out.append('\n').append(PythonText.repeat(style.indent(), level, budget));
        }
    }

    private void text(String text) {
        budget.characters(text.length());
        out.append(text);
    }

    private void string(String text) {
        budget.characters(text.length() + 2L);
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            character(text.charAt(i));
        }
        out.append('"');
    }

    private void character(char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            default -> {
                if (c < 0x20 || (style.ascii() && c > 0x7e)) {
                    out.append("\\u%04x".formatted((int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
