package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;

/** Python's {@code str} and {@code repr}. What would print an address in memory is an error: no prompt means that. */
final class Printer {

    /** How long an integer Python prints. */
    private static final int MAX_DIGITS = 4300;

    private static final int MAX_DIGITS_BITS = 14_300;

    private final StringBuilder out = new StringBuilder();
    private final Budget budget;

    private Printer(Budget budget) {
        this.budget = budget;
    }

    static String str(Object value, Budget budget) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            case Undefined undefined -> "";
            default -> repr(value, budget);
        };
    }

    static String repr(Object value, Budget budget) {
        Printer printer = new Printer(budget);
        printer.value(value);
        budget.characters(printer.out.length());
        return printer.out.toString();
    }

    private void value(Object value) {
        budget.enter();
        budget.length(out.length());
        switch (value) {
            case None none -> out.append("None");
            case Undefined undefined -> out.append("Undefined");
            case Boolean bool -> out.append(bool ? "True" : "False");
            case BigInteger integer -> out.append(integer(integer));
            case Double number -> out.append(Floats.repr(number));
            case String text -> quoted(text);
            case Markup markup -> {
                out.append("Markup(");
                quoted(markup.text());
                out.append(')');
            }
            case List<?> list -> items("[", Values.asList(list), "]");
            case Tuple tuple -> items("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
            case Dict dict -> dict(dict);
            case DictView view -> items(view.typeName() + "([", view.elements(), "])");
            case Range range -> range(range);
            case Namespace namespace -> {
                out.append("<Namespace ");
                dict(namespace.attributes());
                out.append('>');
            }
            case Macro macro -> out.append(macro.describe());
            case Loop loop -> out.append(loop.describe());
            default ->
                throw new TemplateFailure("a " + Values.typeName(value) + " cannot be printed")
                        .advise("Maybe it should be called, or made a list with the filter 'list'.");
        }
        budget.leave();
    }

    static String integer(BigInteger integer) {
        String digits = integer.bitLength() > MAX_DIGITS_BITS ? "" : integer.toString();
        if (digits.isEmpty() || digits.length() > MAX_DIGITS + 1) {
            throw new TemplateFailure("an integer of more than " + MAX_DIGITS + " digits cannot be printed");
        }
        return digits;
    }

    private void items(String open, List<Object> items, String close) {
        out.append(open);
        Iterator<Object> rest = items.iterator();
        while (rest.hasNext()) {
            value(rest.next());
            out.append(rest.hasNext() ? ", " : "");
        }
        out.append(close);
    }

    private void dict(Dict dict) {
        out.append('{');
        Iterator<Dict.Entry> rest = dict.entries().iterator();
        while (rest.hasNext()) {
            Dict.Entry entry = rest.next();
            value(entry.key());
            out.append(": ");
            value(entry.value());
            out.append(rest.hasNext() ? ", " : "");
        }
        out.append('}');
    }

    private void range(Range range) {
        out.append("range(").append(range.start()).append(", ").append(range.stop());
        if (!range.step().equals(BigInteger.ONE)) {
            out.append(", ").append(range.step());
        }
        out.append(')');
    }

    private void quoted(String text) {
        budget.characters(text.length());
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            character(text.codePointAt(i), quote);
        }
        out.append(quote);
    }

    private void character(int c, char quote) {
        switch (c) {
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (c == quote) {
                    out.append('\\').append(quote);
                } else if (isPrintable(c)) {
                    out.appendCodePoint(c);
                } else {
                    out.append((c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c));
                }
            }
        }
    }

    static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    /** With everything beyond ASCII escaped: Python's {@code ascii}. */
    static String ascii(Object value, Budget budget) {
        String repr = repr(value, budget);
        StringBuilder escaped = new StringBuilder(repr.length());
        repr.codePoints().forEach(c -> {
            if (c < 0x80) {
                escaped.append((char) c);
            } else {
                escaped.append((c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c));
            }
        });
        budget.characters(escaped.length());
        return escaped.toString();
    }
}
