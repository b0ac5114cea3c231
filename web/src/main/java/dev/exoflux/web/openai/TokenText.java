package dev.exoflux.web.openai;

import dev.exoflux.pipeline.ServedModel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What one token adds to a text.
 *
 * @param shown with U+FFFD where the bytes are a part of a character
 * @param byteValues 0 to 255 each
 */
record TokenText(String shown, List<Integer> byteValues) {

    /** JSON has no infinity; this is what OpenAI sends for a token that cannot be. */
    private static final double IMPOSSIBLE = -9999;

    static TokenText of(int id, ServedModel model) {
        byte[] bytes = model.bytesOf(id);
        List<Integer> values = new ArrayList<>(bytes.length);
        for (byte b : bytes) {
            values.add(Byte.toUnsignedInt(b));
        }
        return new TokenText(new String(bytes, StandardCharsets.UTF_8), values);
    }

    /** A log-probability as JSON can say it. */
    static double finite(float logprob) {
        return Float.isFinite(logprob) ? logprob : IMPOSSIBLE;
    }
}
