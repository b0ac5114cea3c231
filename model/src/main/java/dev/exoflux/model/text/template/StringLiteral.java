package dev.exoflux.model.text.template;

/** String literals of the template language, with Python's escapes. */
final class StringLiteral {

    private StringLiteral() {}

    /** What the text between two quotes stands for. */
    static String unescape(String body) {
        if (body.indexOf('\\') < 0) {
            return body;
        }
        StringBuilder out = new StringBuilder(body.length());
        int at = 0;
        while (at < body.length()) {
            char c = body.charAt(at);
            if (c == '\\') {
                at = escape(body, at + 1, out);
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    /** Appends what the escape with this letter stands for; returns where to go on. */
    private static int escape(String body, int letter, StringBuilder out) {
        int c = body.codePointAt(letter);
        int next = letter + Character.charCount(c);
        switch (c) {
            case '\n' -> {}
            case '\\', '\'', '"' -> out.appendCodePoint(c);
            case 'a' -> out.append('\u0007');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'v' -> out.append('\u000b');
            case 'x' -> next = hexadecimal(body, next, 2, out);
            case 'u' -> next = hexadecimal(body, next, 4, out);
            case 'U' -> next = hexadecimal(body, next, 8, out);
            case 'N' -> next = named(body, next, out);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> next = octal(body, letter, out);
            default -> out.append('\\').append(unknown(c));
        }
        return next;
    }

    /** Python turns a literal into ASCII before it resolves escapes, so a backslash before such a character shows that. */
    private static String unknown(int c) {
        if (c < 0x80) {
            return Character.toString(c);
        }
        return (c < 0x100 ? "x%02x" : c < 0x10000 ? "u%04x" : "U%08x").formatted(c);
    }

    private static int hexadecimal(String body, int from, int digits, StringBuilder out) {
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = i < body.length() && body.charAt(i) < 0x80 ? Character.digit(body.charAt(i), 16) : -1;
            if (digit < 0 || value > 0x10ffff >> 4) {
                throw new TemplateFailure("the string has a broken escape '\\" + body.charAt(from - 1) + "'");
            }
            value = value << 4 | digit;
        }
        out.appendCodePoint(value);
        return from + digits;
    }

    private static int octal(String body, int from, StringBuilder out) {
        int value = 0;
        int at = from;
        while (at < from + 3 && at < body.length() && body.charAt(at) >= '0' && body.charAt(at) <= '7') {
            value = value << 3 | (body.charAt(at++) - '0');
        }
        out.append((char) value);
        return at;
    }

    private static int named(String body, int from, StringBuilder out) {
        int close = body.indexOf('}', from);
        if (close < 0 || body.charAt(from) != '{') {
            throw new TemplateFailure("the string has a broken escape '\\N'");
        }
        try {
            out.appendCodePoint(Character.codePointOf(body.substring(from + 1, close)));
        } catch (IllegalArgumentException e) {
            throw new TemplateFailure(
                    "the string names an unknown character '" + body.substring(from + 1, close) + "'");
        }
        return close + 1;
    }
}
