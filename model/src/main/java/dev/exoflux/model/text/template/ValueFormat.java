package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.Locale;

/** One value after a format specification: Python's {@code format(value, spec)}. */
final class ValueFormat {

    private final FormatSpec spec;
    private final Budget budget;

    private ValueFormat(FormatSpec spec, Budget budget) {
        this.spec = spec;
        this.budget = budget;
    }

    static String format(Object value, String spec, Budget budget) {
        if (spec.isEmpty()) {
            return Printer.str(value, budget);
        }
        boolean formattable = Values.isText(value) || Values.isNumber(value);
        if (!formattable) {
            throw new TemplateFailure("a " + Values.typeName(value) + " takes no format, but is given '" + spec + "'");
        }
        FormatSpec parsed = FormatSpec.parse(spec);
        budget.characters((long) parsed.width() + Math.max(0, parsed.precision()));
        ValueFormat format = new ValueFormat(parsed, budget);
        if (Values.isText(value)) {
            return format.text(Values.text(value));
        }
        return value instanceof Double number ? format.real(number) : format.integer(Numbers.toInteger(value));
    }

    private String text(String text) {
        boolean valid = (spec.type() == 0 || spec.type() == 's')
                && spec.sign() == 0
                && !spec.alternate()
                && !spec.noNegativeZero()
                && spec.grouping() == 0
                && spec.align() != '=';
        require(valid, "str");
        boolean cut = spec.precision() >= 0 && spec.precision() < PythonText.length(text);
        return aligned("", cut ? PythonText.substring(text, 0, spec.precision()) : text, '<');
    }

    private String integer(BigInteger value) {
        char type = spec.type() == 0 ? 'd' : spec.type();
        if ("eEfFgG%".indexOf(type) >= 0) {
            return real(Numbers.toDouble(value));
        }
        require(spec.precision() < 0 && !spec.noNegativeZero(), "int");
        if (type == 'c') {
            require(spec.sign() == 0 && !spec.alternate() && value.bitLength() < 22, "int");
            require(Character.isValidCodePoint(value.intValue()), "int");
            return aligned("", Character.toString(value.intValue()), '>');
        }
        int radix = radix(type);
        String digits = radix == 10 ? Printer.integer(value.abs()) : value.abs().toString(radix);
        String prefix = spec.alternate() && radix != 10 ? "0" + type : "";
        require(spec.grouping() != ',' || radix == 10, "int");
        require(spec.grouping() == 0 || type != 'n', "int");
        String text = number(sign(value.signum() < 0) + prefix, digits, "", radix == 10 ? 3 : 4);
        return type == 'X' ? text.toUpperCase(Locale.ROOT) : text;
    }

    private int radix(char type) {
        return switch (type) {
            case 'd', 'n' -> 10;
            case 'b' -> 2;
            case 'o' -> 8;
            case 'x', 'X' -> 16;
            default -> throw invalid("int");
        };
    }

    private String real(double value) {
        String digits = magnitude(spec.type() == '%' ? Math.abs(value) * 100 : Math.abs(value));
        boolean negative = Double.doubleToRawLongBits(value) < 0 && !Double.isNaN(value);
        boolean zero = digits.chars().noneMatch(c -> (c >= '1' && c <= '9') || c == 'i' || c == 'n');
        String sign = sign(negative && !(zero && spec.noNegativeZero()));
        int wholeEnd = 0;
        while (wholeEnd < digits.length() && Character.isDigit(digits.charAt(wholeEnd))) {
            wholeEnd++;
        }
        String tail = digits.substring(wholeEnd) + (spec.type() == '%' ? "%" : "");
        String text = number(sign, digits.substring(0, wholeEnd), tail, 3);
        return Character.isUpperCase(spec.type()) ? text.toUpperCase(Locale.ROOT) : text;
    }

    private String magnitude(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : "inf";
        }
        int precision = spec.precision() < 0 ? 6 : spec.precision();
        return switch (spec.type()) {
            case 'e', 'E' -> Floats.exponential(value, precision, spec.alternate(), 'e');
            case 'f', 'F', '%' -> Floats.fixed(value, precision, spec.alternate());
            case 'g', 'G', 'n' -> Floats.general(value, precision, spec.alternate(), false, 'e');
            case 0 ->
                spec.precision() < 0
                        ? Floats.repr(value)
                        : Floats.general(value, precision, spec.alternate(), true, 'e');
            default -> throw invalid("float");
        };
    }

    private String sign(boolean negative) {
        return negative ? "-" : spec.sign() == '+' || spec.sign() == ' ' ? String.valueOf(spec.sign()) : "";
    }

    /** Sign, digits in groups, the rest; zeros that fill up the width are grouped too. */
    private String number(String head, String digits, String tail, int groupSize) {
        boolean zeroFilled =
                spec.align() == '0' || (spec.align() == '=' && spec.fill().equals("0"));
        if (spec.grouping() == 0 || digits.isEmpty()) {
            return aligned(head, digits + tail, '>');
        }
        int room = zeroFilled ? spec.width() - head.length() - tail.length() : 0;
        return aligned(head, grouped(digits, groupSize, room) + tail, '>');
    }

    private String grouped(String digits, int size, int room) {
        StringBuilder reversed = new StringBuilder();
        int written = 0;
        for (int i = digits.length() - 1; i >= 0 || reversed.length() < room; i--) {
            if (written > 0 && written % size == 0) {
                reversed.append(spec.grouping());
            }
            reversed.append(i >= 0 ? digits.charAt(i) : '0');
            written++;
        }
        return reversed.reverse().toString();
    }

    private String aligned(String head, String body, char ownAlign) {
        int blanks = spec.width() - PythonText.length(head) - PythonText.length(body);
        boolean zeros = spec.align() == '0';
        char align = spec.align() == 0 || (zeros && ownAlign == '<') ? ownAlign : zeros ? '=' : spec.align();
        return switch (align) {
            case '<' -> PythonText.pad(head + body, 0, blanks, spec.fill(), budget);
            case '^' -> PythonText.pad(head + body, blanks / 2, blanks - blanks / 2, spec.fill(), budget);
            case '=' -> head + PythonText.pad(body, blanks, 0, spec.fill(), budget);
            default -> PythonText.pad(head + body, blanks, 0, spec.fill(), budget);
        };
    }

    private void require(boolean valid, String type) {
        if (!valid) {
            throw invalid(type);
        }
    }

    private TemplateFailure invalid(String type) {
        return new TemplateFailure("this format is not defined for a value of type " + type);
    }
}
