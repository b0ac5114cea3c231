package dev.exoflux.model.text.template;

import java.math.BigInteger;

/** Number literals of the template language: Python's, with underscores between digits. */
final class NumberLiteral {

    private NumberLiteral() {}

    /** Where the float literal that begins at {@code start} ends, or -1 when there is none. */
    static int floatEnd(String text, int start) {
        if (start > 0 && text.charAt(start - 1) == '.') {
            return -1;
        }
        int whole = digitsEnd(text, start, 10);
        int fraction = charAt(text, whole) == '.' ? digitsEnd(text, whole + 1, 10) : -1;
        int mantissa = fraction > whole + 1 ? fraction : whole;
        int exponent = exponentEnd(text, mantissa);
        if (exponent > 0) {
            return exponent;
        }
        return mantissa > whole ? mantissa : -1;
    }

    private static int exponentEnd(String text, int from) {
        if ((charAt(text, from) | 0x20) != 'e') {
            return -1;
        }
        char sign = charAt(text, from + 1);
        int digits = sign == '+' || sign == '-' ? from + 2 : from + 1;
        int end = digitsEnd(text, digits, 10);
        return end > digits ? end : -1;
    }

    /** Where the integer literal that begins at {@code start} ends; a digit is there. */
    static int integerEnd(String text, int start) {
        if (text.charAt(start) != '0') {
            return digitsEnd(text, start, 10);
        }
        int radix = radix(charAt(text, start + 1));
        if (radix != 10) {
            int first = charAt(text, start + 2) == '_' ? start + 3 : start + 2;
            int end = digitsEnd(text, first, radix);
            if (end > first) {
                return end;
            }
        }
        int end = start + 1;
        while (charAt(text, end) == '0' || (charAt(text, end) == '_' && charAt(text, end + 1) == '0')) {
            end++;
        }
        return end;
    }

    static BigInteger parseInteger(String literal) {
        String digits = literal.replace("_", "");
        int radix = digits.length() > 2 ? radix(digits.charAt(1)) : 10;
        return radix == 10 ? new BigInteger(digits) : new BigInteger(digits.substring(2), radix);
    }

    private static int radix(char prefix) {
        return switch (prefix | 0x20) {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 10;
        };
    }

    private static int digitsEnd(String text, int from, int radix) {
        int end = from;
        while (isDigit(text, end, radix) || (end > from && charAt(text, end) == '_' && isDigit(text, end + 1, radix))) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(String text, int index, int radix) {
        char c = charAt(text, index);
        return c < 0x80 && Character.digit(c, radix) >= 0;
    }

    private static char charAt(String text, int index) {
        return index < text.length() ? text.charAt(index) : 0;
    }
}
