package dev.exoflux.model.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The bytes a token stands for, where a tokenizer's {@code decoder} does no more than join them: the byte-level alphabet of
 * GPT-2, or SentencePiece's {@code ▁} for a space with {@code <0xE2>} for single bytes. Immutable.
 *
 * @see <a href="https://github.com/openai/gpt-2/blob/master/src/encoder.py">GPT-2's bytes_to_unicode</a>
 */
final class TokenBytes {

    private final List<Replacement> replacements = new ArrayList<>();
    private boolean byteLevel;
    private boolean byteFallback;
    private boolean joined;
    private char stripped;
    private int stripLimit;

    private record Replacement(String pattern, String content) {}

    private TokenBytes() {}

    /** Reads the decoder of a tokenizer.json; null for one that looks at neighbouring tokens or is unknown. */
    static @Nullable TokenBytes of(JsonNode decoder) {
        TokenBytes bytes = new TokenBytes();
        JsonNode steps = decoder.path("decoders");
        if (decoder.path("type").asString("").equals("Sequence")) {
            for (JsonNode step : steps) {
                if (!bytes.take(step)) {
                    return null;
                }
            }
            return bytes.joined ? bytes : null;
        }
        return bytes.take(decoder) && bytes.joined ? bytes : null;
    }

    /** Adds one step; false if it cannot be said token by token. */
    private boolean take(JsonNode step) {
        return switch (step.path("type").asString("")) {
            case "Replace" -> replace(step.path("pattern").path("String"), step.path("content"));
            case "ByteFallback" -> {
                byteFallback = true;
                yield !joined;
            }
            case "ByteLevel" -> {
                byteLevel = true;
                joined = true;
                yield !byteFallback;
            }
            case "Fuse" -> {
                joined = true;
                yield true;
            }
            case "Strip" -> strip(step);
            default -> false;
        };
    }

    private boolean replace(JsonNode pattern, JsonNode content) {
        if (joined || byteFallback || !pattern.isString() || !content.isString()) {
            return false;
        }
        replacements.add(new Replacement(pattern.asString(), content.asString()));
        return true;
    }

    /** Before tokens are joined it would strip each of them. (The end of a text is not stripped: {@link NativeHazards}.) */
    private boolean strip(JsonNode step) {
        String content = step.path("content").asString("");
        if (!joined || content.length() != 1 || !step.path("start").isInt()) {
            return false;
        }
        stripped = content.charAt(0);
        stripLimit = step.path("start").asInt();
        return true;
    }

    /** How many leading {@link #stripped()} characters the text of a whole sequence loses. */
    int stripLimit() {
        return stripLimit;
    }

    char stripped() {
        return stripped;
    }

    /** What a token adds to the bytes of a text. */
    byte[] of(String token) {
        String text = token;
        for (Replacement replacement : replacements) {
            text = text.replace(replacement.pattern, replacement.content);
        }
        if (byteFallback && text.length() == 6 && text.startsWith("<0x") && text.endsWith(">")) {
            int value = (hex(text.charAt(3)) << 4) | hex(text.charAt(4));
            if (value >= 0) {
                return new byte[] {(byte) value};
            }
        }
        byte[] mapped = byteLevel ? byteLevel(text) : null;
        return mapped == null ? text.getBytes(StandardCharsets.UTF_8) : mapped;
    }

    private static int hex(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    /** Null if a character is not of the alphabet: such a token (added by hand) is spelt as itself. */
    private static byte @Nullable [] byteLevel(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            int b = ByteAlphabet.byteOf(text.charAt(i));
            if (b < 0) {
                return null;
            }
            bytes.write(b);
        }
        return bytes.toByteArray();
    }

    /** GPT-2's one printable character for each byte: itself where it is printable, else the next from U+0100 on. */
    private static final class ByteAlphabet {

        private static final short[] BYTES = bytes();

        static int byteOf(char c) {
            return c < BYTES.length ? BYTES[c] : -1;
        }

        private static short[] bytes() {
            short[] bytes = new short[0x144];
            Arrays.fill(bytes, (short) -1);
            int next = 0x100;
            for (int b = 0; b < 256; b++) {
                boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
                bytes[printable ? b : next++] = (short) b;
            }
            return bytes;
        }
    }
}
