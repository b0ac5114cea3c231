package dev.exoflux.model.text;

/**
 * UTF-8 that arrives byte by byte. A character comes out when its last byte is in; a sequence that can no longer become one is
 * replaced by U+FFFD, one for each maximal part of it (Unicode 3.9, table 3-8; the state machine of the WHATWG Encoding
 * Standard), as Rust's and Python's lossy decoders do.
 */
final class Utf8Decoder {

    private static final char REPLACEMENT = '\uFFFD';

    private int codePoint;
    private int missing;
    /** Range of the next byte: narrower than 80..BF after bytes that could begin an overlong form or a surrogate. */
    private int lowest = 0x80;

    private int highest = 0xBF;

    /** Appends to {@code out} what these bytes complete. */
    void decode(byte[] bytes, StringBuilder out) {
        for (byte b : bytes) {
            accept(b & 0xFF, out);
        }
    }

    /** Whether the bytes so far end inside a character. */
    boolean incomplete() {
        return missing > 0;
    }

    /** Appends U+FFFD for a character that was cut off. */
    void finish(StringBuilder out) {
        if (missing > 0) {
            out.append(REPLACEMENT);
            reset();
        }
    }

    private void accept(int b, StringBuilder out) {
        if (missing > 0 && (b < lowest || b > highest)) {
            finish(out); // and this byte begins anew
        }
        if (missing == 0) {
            begin(b, out);
            return;
        }
        lowest = 0x80;
        highest = 0xBF;
        codePoint = (codePoint << 6) | (b & 0x3F);
        if (--missing == 0) {
            out.appendCodePoint(codePoint);
            reset();
        }
    }

    private void begin(int b, StringBuilder out) {
        if (b < 0x80) {
            out.append((char) b);
        } else if (b >= 0xC2 && b <= 0xDF) {
            missing = 1;
            codePoint = b & 0x1F;
        } else if (b >= 0xE0 && b <= 0xEF) {
            missing = 2;
            codePoint = b & 0x0F;
            lowest = b == 0xE0 ? 0xA0 : 0x80;
            highest = b == 0xED ? 0x9F : 0xBF;
        } else if (b >= 0xF0 && b <= 0xF4) {
            missing = 3;
            codePoint = b & 0x07;
            lowest = b == 0xF0 ? 0x90 : 0x80;
            highest = b == 0xF4 ? 0x8F : 0xBF;
        } else {
            out.append(REPLACEMENT);
        }
    }

    private void reset() {
        codePoint = 0;
        missing = 0;
        lowest = 0x80;
        highest = 0xBF;
    }
}
