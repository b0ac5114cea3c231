package dev.exoflux.model.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A JSON document damaged in many ways, the same ones for the same seed: bytes changed, cut off, values replaced. */
final class DamagedJson {

    private static final List<String> VALUES = List.of(
            "null",
            "-1",
            "0",
            "1",
            "99999999999",
            "1e999",
            "1.5",
            "true",
            "[]",
            "{}",
            "\"\"",
            "\"a\"",
            "\"\\ud800\"",
            "\"B\"",
            "\"Strip\"",
            "\"Sequence\"",
            "\"TemplateProcessing\"",
            "{\"Regex\":\"\"}",
            "{\"Regex\":\"(\"}",
            "{\"String\":\"\"}",
            "[{\"id\":3,\"content\":\"\",\"special\":true}]");

    private final byte[] intact;
    private final String text;
    private final Random random;

    DamagedJson(byte[] intact, long seed) {
        this.intact = intact;
        text = new String(intact, StandardCharsets.UTF_8);
        random = new Random(seed);
    }

    byte[] next() {
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(intact, random.nextInt(intact.length));
            case 1 -> bytesChanged();
            default -> valueReplaced().getBytes(StandardCharsets.UTF_8);
        };
    }

    private byte[] bytesChanged() {
        byte[] changed = intact.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    /** Mostly before the vocabulary, where what a tokenizer does is described. */
    private String valueReplaced() {
        int head = random.nextInt(8) == 0 ? text.length() : text.indexOf("\"vocab\"");
        int from = text.lastIndexOf(':', random.nextInt(head)) + 1;
        int to = from;
        for (int depth = 0; to < text.length(); to++) {
            char c = text.charAt(to);
            if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
                break;
            }
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        }
        return text.substring(0, from) + VALUES.get(random.nextInt(VALUES.size())) + text.substring(to);
    }
}
