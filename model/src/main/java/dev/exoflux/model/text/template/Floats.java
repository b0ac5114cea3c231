package dev.exoflux.model.text.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Floats as text, as Python and C write them: correctly rounded, ties to even. */
final class Floats {

    /** More digits than any double has behind the point. */
    static final int MAX_PRECISION = 1100;

    private Floats() {}

    /** The shortest text that reads back as the same number. */
    static String repr(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
        double magnitude = Math.abs(value);
        if (magnitude == 0) {
            return sign + "0.0";
        }
        BigDecimal decimal = shortest(magnitude);
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent < -4 || exponent >= 16) {
            return sign + scientific(decimal.unscaledValue().toString(), exponent, false, 'e');
        }
        String plain = decimal.toPlainString();
        return sign + plain + (plain.indexOf('.') < 0 ? ".0" : "");
    }

    /** Java always writes two digits; where one of them is enough, Python writes one. */
    private static BigDecimal shortest(double magnitude) {
        BigDecimal decimal = new BigDecimal(Double.toString(magnitude)).stripTrailingZeros();
        BigDecimal oneDigit = decimal.round(new MathContext(1, RoundingMode.HALF_EVEN));
        return oneDigit.doubleValue() == magnitude ? oneDigit.stripTrailingZeros() : decimal;
    }

    /** {@code %f} of a number that is finite and not negative. */
    static String fixed(double value, int precision, boolean keepPoint) {
        String text = new BigDecimal(value)
                .setScale(limited(precision), RoundingMode.HALF_EVEN)
                .toPlainString();
        return keepPoint && precision == 0 ? text + "." : text;
    }

    /** {@code %e} of a number that is finite and not negative. */
    static String exponential(double value, int precision, boolean keepPoint, char letter) {
        BigDecimal rounded = rounded(value, limited(precision) + 1);
        String digits = digits(rounded, limited(precision) + 1);
        return scientific(digits, exponent(rounded), keepPoint, letter);
    }

    /**
     * {@code %g} of a number that is finite and not negative.
     *
     * @param keepZeros as with {@code #}
     * @param alwaysPoint as Python's format without a type letter: at least one digit behind the point
     */
    static String general(double value, int precision, boolean keepZeros, boolean alwaysPoint, char letter) {
        int significant = Math.max(1, limited(precision));
        BigDecimal rounded = rounded(value, significant);
        int exponent = exponent(rounded);
        if (exponent < -4 || exponent >= (alwaysPoint ? significant - 1 : significant)) {
            String digits = digits(rounded, significant);
            return scientific(keepZeros ? digits : withoutZeros(digits), exponent, keepZeros, letter);
        }
        String text = new BigDecimal(value)
                .setScale(significant - 1 - exponent, RoundingMode.HALF_EVEN)
                .toPlainString();
        if (keepZeros) {
            return text.indexOf('.') < 0 ? text + "." : text;
        }
        String stripped = text.indexOf('.') < 0 ? text : withoutZeros(text);
        stripped = stripped.endsWith(".") ? stripped.substring(0, stripped.length() - 1) : stripped;
        return alwaysPoint && stripped.indexOf('.') < 0 ? stripped + ".0" : stripped;
    }

    private static int limited(int precision) {
        if (precision > MAX_PRECISION) {
            throw new TemplateFailure("a precision of " + precision + " digits is too large");
        }
        return precision;
    }

    private static BigDecimal rounded(double value, int digits) {
        return new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    }

    private static int exponent(BigDecimal decimal) {
        return decimal.signum() == 0 ? 0 : decimal.precision() - decimal.scale() - 1;
    }

    private static String digits(BigDecimal decimal, int count) {
        String digits = decimal.unscaledValue().toString();
        return digits.length() >= count ? digits.substring(0, count) : digits + "0".repeat(count - digits.length());
    }

    private static String withoutZeros(String digits) {
        int end = digits.length();
        while (end > 1 && digits.charAt(end - 1) == '0') {
            end--;
        }
        return digits.substring(0, end);
    }

    private static String scientific(String digits, int exponent, boolean keepPoint, char letter) {
        StringBuilder out = new StringBuilder().append(digits.charAt(0));
        if (digits.length() > 1 || keepPoint) {
            out.append('.').append(digits, 1, digits.length());
        }
        out.append(letter).append(exponent < 0 ? '-' : '+');
        return out.append(Math.abs(exponent) < 10 ? "0" : "")
                .append(Math.abs(exponent))
                .toString();
    }
}
