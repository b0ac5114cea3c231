package dev.exoflux.model.text.template;

/** What Python's {@code str.isspace} and {@code str.splitlines} call white space and line breaks. */
final class Whitespace {

    private Whitespace() {}

    static boolean is(int c) {
        return switch (c) {
            case ' ', 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000 -> true;
            default -> (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x1f) || (c >= 0x2000 && c <= 0x200a);
        };
    }

    static boolean isLineBreak(int c) {
        return switch (c) {
            case '\n', 0x0b, 0x0c, '\r', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029 -> true;
            default -> false;
        };
    }
}
