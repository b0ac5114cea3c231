package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code format % values}: Python's printf. */
final class PercentFormat {

    private final Budget budget;
    private final String format;
    private final boolean escaping;
    private final @Nullable Object mapping;
    private final List<Object> values;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int next;

    private PercentFormat(Budget budget, String format, Object values, boolean escaping) {
        this.budget = budget;
        this.format = format;
        this.escaping = escaping;
        this.mapping = isMapping(values) ? values : null;
        this.values = values instanceof Tuple tuple ? tuple.items() : List.of(values);
    }

    private static boolean isMapping(Object values) {
        return Values.isSequence(values) && !Values.isText(values) && !(values instanceof Tuple);
    }

    static Object format(Object format, Object values, Budget budget) {
        boolean escaping = format instanceof Markup;
        String text = new PercentFormat(budget, Values.text(format), values, escaping).run();
        return escaping ? new Markup(text) : text;
    }

    private String run() {
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c == '%') {
                directive();
            } else {
                out.append(c);
            }
        }
        if (next < values.size() && mapping == null) {
            throw new TemplateFailure("'%' is given more values than its text has places");
        }
        return out.toString();
    }

    private record Directive(String flags, int width, int precision, char conversion) {
        boolean has(char flag) {
            return flags.indexOf(flag) >= 0;
        }
    }

    private void directive() {
        if (peek() == '%') {
            at++;
            out.append('%');
            return;
        }
        Object keyed = key();
        int flagsStart = at;
        while ("#0- +".indexOf(peek()) >= 0) {
            at++;
        }
        String flags = format.substring(flagsStart, at);
        int width = number(keyed, true);
        if (width < 0) {
            flags += '-';
        }
        int precision = -1;
        if (peek() == '.') {
            at++;
            precision = Math.max(0, number(keyed, false));
        }
        if ("hlL".indexOf(peek()) >= 0) {
            at++;
        }
        char conversion = peek();
        at++;
        budget.characters(Math.abs((long) width) + Math.max(0, precision));
        Object value = keyed != Missing.MISSING ? keyed : nextValue();
        append(value, new Directive(flags, Math.abs(width), precision, conversion));
    }

    private char peek() {
        if (at >= format.length()) {
            throw new TemplateFailure("the text before '%' ends within a placeholder");
        }
        return format.charAt(at);
    }

    /** The value that {@code %(key)} names, or missing where no key is written. */
    private Object key() {
        if (peek() != '(') {
            return Missing.MISSING;
        }
        if (mapping == null) {
            throw new TemplateFailure("a placeholder with a name needs a dict behind '%'");
        }
        int start = ++at;
        for (int depth = 1; depth > 0; at++) {
            char c = peek();
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        String name = format.substring(start, at - 1);
        Object value = mapping instanceof Dict dict ? dict.get(name) : null;
        if (value == null) {
            throw new TemplateFailure("'%' is given no value named '" + name + "'");
        }
        return value;
    }

    private int number(Object keyed, boolean signed) {
        if (peek() == '*') {
            at++;
            Object value = keyed != Missing.MISSING ? keyed : nextValue();
            if (!Numbers.isInteger(value)) {
                throw new TemplateFailure("'*' in a placeholder needs an integer");
            }
            int number = Numbers.clampToInt(Numbers.toInteger(value));
            return signed ? Math.max(number, -Integer.MAX_VALUE) : number;
        }
        long number = 0;
        while (peek() >= '0' && peek() <= '9') {
            number = Math.min(10 * number + (peek() - '0'), Integer.MAX_VALUE);
            at++;
        }
        return (int) number;
    }

    private Object nextValue() {
        if (next >= values.size()) {
            throw new TemplateFailure("'%' is given fewer values than its text has places");
        }
        return values.get(next++);
    }

    private void append(Object value, Directive directive) {
        String text = switch (directive.conversion()) {
            case 's' -> cut(escaped(Printer.str(value, budget), value), directive);
            case 'r' -> cut(escaped(Printer.repr(value, budget), None.NONE), directive);
            case 'a' -> cut(escaped(Printer.ascii(value, budget), None.NONE), directive);
            case 'c' -> character(value);
            case 'd', 'i', 'u', 'x', 'X', 'o' -> integer(value, directive);
            case 'e', 'E', 'f', 'F', 'g', 'G' -> decimal(value, directive);
            default -> throw new TemplateFailure("'%' has no conversion '" + directive.conversion() + "'");
        };
        budget.characters(text.length());
        int blanks = directive.width() - PythonText.length(text);
        boolean left = directive.has('-');
        out.append(PythonText.pad(text, left ? 0 : blanks, left ? blanks : 0, " ", budget));
    }

    private String escaped(String text, Object origin) {
        return escaping && !(origin instanceof Markup) ? Html.escape(text, budget) : text;
    }

    private static String cut(String text, Directive directive) {
        int precision = directive.precision();
        return precision < 0 || precision >= PythonText.length(text) ? text : PythonText.substring(text, 0, precision);
    }

    private static String character(Object value) {
        if (Values.isText(value) && Values.length(value) == 1) {
            return Values.text(value);
        }
        int codePoint = Numbers.isInteger(value) ? Numbers.clampToInt(Numbers.toInteger(value)) : -1;
        if (!Character.isValidCodePoint(codePoint)) {
            throw new TemplateFailure("the conversion 'c' needs one character");
        }
        return Character.toString(codePoint);
    }

    private String integer(Object value, Directive directive) {
        char conversion = Character.toLowerCase(directive.conversion());
        boolean decimal = conversion != 'x' && conversion != 'o';
        BigInteger number = decimal && value instanceof Double real
                ? NumberParsing.truncated(real)
                : Numbers.isInteger(value) ? Numbers.toInteger(value) : null;
        if (number == null) {
            throw wrongType(value, directive);
        }
        BigInteger magnitude = number.abs();
        String digits = decimal ? Printer.integer(magnitude) : magnitude.toString(conversion == 'x' ? 16 : 8);
        digits = PythonText.repeat("0", directive.precision() - digits.length(), budget) + digits;
        String prefix = !decimal && directive.has('#') ? "0" + conversion : "";
        String text = signed(number.signum() < 0, prefix, digits, directive);
        return directive.conversion() == 'X' ? text.toUpperCase(Locale.ROOT) : text;
    }

    private String decimal(Object value, Directive directive) {
        if (!Values.isNumber(value)) {
            throw wrongType(value, directive);
        }
        double number = Numbers.toDouble(value);
        boolean negative = Double.doubleToRawLongBits(number) < 0 && !Double.isNaN(number);
        int precision = directive.precision() < 0 ? 6 : directive.precision();
        char conversion = Character.toLowerCase(directive.conversion());
        String digits = magnitude(Math.abs(number), precision, conversion, directive.has('#'));
        boolean finite = Character.isDigit(digits.charAt(0));
        Directive padding = finite
                ? directive
                : new Directive(
                        directive.flags().replace("0", ""),
                        directive.width(),
                        directive.precision(),
                        directive.conversion());
        String text = signed(negative, "", digits, padding);
        return Character.isUpperCase(directive.conversion()) ? text.toUpperCase(Locale.ROOT) : text;
    }

    private static String magnitude(double number, int precision, char conversion, boolean alternate) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return Double.isNaN(number) ? "nan" : "inf";
        }
        return switch (conversion) {
            case 'e' -> Floats.exponential(number, precision, alternate, 'e');
            case 'f' -> Floats.fixed(number, precision, alternate);
            default -> Floats.general(number, precision, alternate, false, 'e');
        };
    }

    private String signed(boolean negative, String prefix, String digits, Directive directive) {
        String sign = negative ? "-" : directive.has('+') ? "+" : directive.has(' ') ? " " : "";
        String head = sign + prefix;
        boolean zeros = directive.has('0') && !directive.has('-');
        int missing = zeros ? directive.width() - head.length() - digits.length() : 0;
        return head + PythonText.repeat("0", missing, budget) + digits;
    }

    private TemplateFailure wrongType(Object value, Directive directive) {
        if (value instanceof Undefined undefined) {
            return undefined.failure();
        }
        return new TemplateFailure(
                "'%%%s' needs a number, not a %s".formatted(directive.conversion(), Values.typeName(value)));
    }
}
