package dev.exoflux.model.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text to numbers, as Python's {@code int(...)} and {@code float(...)} read it. */
final class NumberParsing {

    private static final int MAX_DIGITS = 4300;
    private static final Pattern DIGITS = Pattern.compile("[0-9a-z]++(_[0-9a-z]++)*+");
    private static final Pattern FLOAT = Pattern.compile(
            "[+-]?+(inf|infinity|nan|(\\d++(_\\d++)*+\\.?+(\\d++(_\\d++)*+)?+|\\.\\d++(_\\d++)*+)(e[+-]?+\\d++(_\\d++)*+)?+)");

    private NumberParsing() {}

    /** Null where the text is no integer in this base (0 and 2 to 36). */
    static @Nullable BigInteger integer(String text, int base) {
        String digits = PythonText.strip(text, Whitespace::is).toLowerCase(Locale.ROOT);
        boolean negative = digits.startsWith("-");
        if (negative || digits.startsWith("+")) {
            digits = digits.substring(1);
        }
        int prefixed = prefixBase(digits);
        boolean hasPrefix = prefixed != 10 && (base == 0 || base == prefixed);
        int radix = base == 0 ? prefixed : base;
        if (hasPrefix) {
            digits = digits.substring(digits.startsWith("_", 2) ? 3 : 2);
        }
        boolean valid = radix >= 2
                && radix <= 36
                && DIGITS.matcher(digits).matches()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c == '_' || Character.digit(c, radix) >= 0);
        if (!valid || (base == 0 && !hasPrefix && digits.startsWith("0") && !digits.matches("[0_]+"))) {
            return null;
        }
        BigInteger value = new BigInteger(digits.replace("_", ""), radix);
        return negative ? value.negate() : value;
    }

    private static int prefixBase(String digits) {
        if (digits.length() < 2 || digits.charAt(0) != '0') {
            return 10;
        }
        return switch (digits.charAt(1)) {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 10;
        };
    }

    /** Null where the text is no float. */
    static @Nullable Double decimal(String text) {
        String number = PythonText.strip(text, Whitespace::is).toLowerCase(Locale.ROOT);
        if (!FLOAT.matcher(number).matches()) {
            return null;
        }
        int sign = number.startsWith("-") ? -1 : 1;
        if (number.endsWith("nan")) {
            return Double.NaN;
        }
        return number.contains("inf") ? sign * Double.POSITIVE_INFINITY : Double.parseDouble(number.replace("_", ""));
    }

    /** {@code int(value)} of a float: towards zero. Null where it is not finite. */
    static @Nullable BigInteger truncated(double value) {
        return Double.isNaN(value) || Double.isInfinite(value) ? null : new BigDecimal(value).toBigInteger();
    }
}
