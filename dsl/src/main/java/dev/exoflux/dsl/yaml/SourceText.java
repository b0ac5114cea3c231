package dev.exoflux.dsl.yaml;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** The characters of a file, if it is a text at all. */
final class SourceText {

    private static final char BYTE_ORDER_MARK = 0xFEFF;

    private SourceText() {}

    /** @throws Refusal for what is too large, not UTF-8 or holds characters that YAML does not have */
    static String of(byte[] bytes) {
        if (bytes.length > PipelineYaml.MOST_BYTES) {
            throw tooLarge();
        }
        CharBuffer characters = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), characters, true);
        String text = characters.flip().toString();
        if (result.isError()) {
            throw new Refusal(
                    after(text), "This is not UTF-8.\nMaybe save the file as UTF-8, or it is no YAML at all.");
        }
        String marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        for (int i = 0; i < marked.length(); i++) {
            if (isControl(marked.charAt(i))) {
                throw new Refusal(after(marked.substring(0, i)), """
                        There is a control character (U+%04X) here.
                        Maybe write it as an escape in double quotes.""".formatted((int) marked.charAt(i)));
            }
        }
        return marked;
    }

    static Refusal tooLarge() {
        return new Refusal(
                Place.START,
                "The file is larger than %d KiB.\nMaybe it is no pipeline: they have a few lines."
                        .formatted(PipelineYaml.MOST_BYTES / 1024));
    }

    private static boolean isControl(char c) {
        return (c < ' ' && c != '\n' && c != '\r' && c != '\t') || (c >= 0x7F && c < 0xA0 && c != 0x85) || c >= 0xFFFE;
    }

    private static Place after(String text) {
        int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
        return new Place(line, text.length() - text.lastIndexOf('\n'));
    }
}
