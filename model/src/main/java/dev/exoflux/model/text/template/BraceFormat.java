package dev.exoflux.model.text.template;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** {@code format.format(values)}: Python's format strings, with attributes looked up as templates do. */
final class BraceFormat {

    private final Rendering rendering;
    private final Budget budget;
    private final Arguments arguments;
    private final @Nullable Dict mapping;
    private final boolean escaping;
    private int automatic;

    private BraceFormat(Rendering rendering, Arguments arguments, @Nullable Dict mapping, boolean escaping) {
        this.rendering = rendering;
        this.budget = rendering.budget();
        this.arguments = arguments;
        this.mapping = mapping;
        this.escaping = escaping;
    }

    static Object format(Rendering rendering, Object format, Arguments arguments) {
        return run(new BraceFormat(rendering, arguments, null, format instanceof Markup), format);
    }

    static Object formatMap(Rendering rendering, Object format, Dict mapping) {
        return run(new BraceFormat(rendering, Arguments.NONE, mapping, format instanceof Markup), format);
    }

    private static Object run(BraceFormat formatter, Object format) {
        String text = formatter.expand(Values.text(format), 2);
        return formatter.escaping ? new Markup(text) : text;
    }

    private String expand(String format, int levels) {
        if (levels == 0) {
            throw new TemplateFailure("a format is nested too deeply");
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at);
            boolean doubled = at + 1 < format.length() && format.charAt(at + 1) == c;
            if (c != '{' && c != '}') {
                out.append(c);
                at++;
            } else if (doubled) {
                out.append(c);
                at += 2;
            } else if (c == '}') {
                throw new TemplateFailure("a format has a single '}'");
            } else {
                int end = fieldEnd(format, at + 1);
                String text = field(format.substring(at + 1, end), levels);
                budget.characters(text.length());
                out.append(text);
                at = end + 1;
            }
        }
        budget.characters(out.length());
        return out.toString();
    }

    private static int fieldEnd(String format, int start) {
        int depth = 1;
        for (int i = start; i < format.length(); i++) {
            char c = format.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new TemplateFailure("a format has a '{' without its '}'");
    }

    private String field(String field, int levels) {
        int nameEnd = nameEnd(field);
        Object value = lookUp(field.substring(0, nameEnd));
        int specStart = nameEnd;
        if (field.startsWith("!", nameEnd)) {
            if (nameEnd + 1 >= field.length()) {
                throw new TemplateFailure("a format ends behind '!'");
            }
            value = converted(value, field.charAt(nameEnd + 1));
            specStart = nameEnd + 2;
        }
        if (specStart < field.length() && field.charAt(specStart) != ':') {
            throw new TemplateFailure("a format expects ':' behind its conversion");
        }
        String spec = specStart < field.length() ? expand(field.substring(specStart + 1), levels - 1) : "";
        return formatted(value, spec);
    }

    private static int nameEnd(String field) {
        boolean inIndex = false;
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            inIndex = c == '[' || (inIndex && c != ']');
            if (!inIndex && (c == ':' || c == '!')) {
                return i;
            }
            if (c == '{') {
                throw new TemplateFailure("a format has an unexpected '{'");
            }
        }
        return field.length();
    }

    private String formatted(Object value, String spec) {
        if (!escaping) {
            return ValueFormat.format(value, spec, budget);
        }
        if (value instanceof Markup markup) {
            if (!spec.isEmpty()) {
                throw new TemplateFailure("safe text takes no format, but is given '" + spec + "'");
            }
            return markup.text();
        }
        return Html.escape(ValueFormat.format(value, spec, budget), budget);
    }

    private Object converted(Object value, char conversion) {
        return switch (conversion) {
            case 's' -> Printer.str(value, budget);
            case 'r' -> Printer.repr(value, budget);
            case 'a' -> Printer.ascii(value, budget);
            default -> throw new TemplateFailure("a format has no conversion '!" + conversion + "'");
        };
    }

    private Object lookUp(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        Object value = argument(name.substring(0, end), end == name.length());
        int at = end;
        while (at < name.length()) {
            boolean attribute = name.charAt(at) == '.';
            int stop = attribute ? attributeEnd(name, at + 1) : name.indexOf(']', at);
            if (stop <= at + 1 || (!attribute && stop + 1 < name.length() && ".[".indexOf(name.charAt(stop + 1)) < 0)) {
                throw new TemplateFailure("a format has an empty or broken lookup: '" + name + "'");
            }
            String part = name.substring(at + 1, stop);
            value = attribute ? Lookup.attribute(rendering, value, part) : Lookup.item(rendering, value, index(part));
            at = attribute ? stop : stop + 1;
        }
        return value;
    }

    private static int attributeEnd(String name, int from) {
        int end = from;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        return end;
    }

    private static Object index(String part) {
        return isNumber(part) ? new BigInteger(part) : part;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private Object argument(String name, boolean whole) {
        if (isNumber(name) || (name.isEmpty() && whole)) {
            return positional(name);
        }
        Object value = mapping != null ? mapping.get(name) : arguments.named().get(name);
        if (value == null) {
            throw new TemplateFailure("a format is given no value named '" + name + "'");
        }
        return value;
    }

    private Object positional(String number) {
        boolean unnumbered = number.isEmpty();
        if (unnumbered ? automatic < 0 : automatic > 0) {
            throw new TemplateFailure("a format mixes numbered and unnumbered fields");
        }
        int index = unnumbered ? automatic++ : Integer.parseInt(number);
        if (!unnumbered) {
            automatic = -1;
        }
        if (index >= arguments.positional().size()) {
            throw new TemplateFailure("a format has more fields than it is given values");
        }
        return arguments.positional().get(index);
    }
}
