package dev.exoflux.model.text;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * What a {@code tokenizer.json} must not say, because the native library answers it with a Rust panic instead of an error, and
 * a panic that meets Java frames ends the process. Found by reading and fuzzing tokenizers 0.21.4.
 *
 * <p>Steps are told by the fields that matter: the library does not insist on a {@code type}. Every check throws {@link IllegalArgumentException} with the reason.
 */
final class NativeHazards {

    /** The native parser gives up at 128, in places by a panic. */
    private static final int DEEPEST = 100;

    private NativeHazards() {}

    /** Goes through a whole document: text that Rust could not hold, numbers that it cannot read, nesting. */
    static void checkTokens(JsonParser parser) {
        int depth = 0;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME) {
                require(
                        wellFormed(parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength()),
                        "it holds half a surrogate pair");
            } else if (token.isNumeric()) {
                require(Double.isFinite(parser.getDoubleValue()), "it holds a number out of range");
            } else if (token.isStructStart()) {
                require(++depth <= DEEPEST, "its nesting is deeper than " + DEEPEST);
            } else if (token.isStructEnd()) {
                depth--;
            }
        }
    }

    /** The prefix is cut off from the second part of every merge, whether that has it or not. */
    static void checkModelField(String name, JsonNode value) {
        if (name.equals("continuing_subword_prefix") && value.isString()) {
            require(
                    value.asString().isEmpty(),
                    "its model has a continuing_subword_prefix, which exoflux does not support");
        }
    }

    static void checkNormalizer(JsonNode normalizer) {
        require(
                !normalizer.has("precompiled_charsmap"),
                "its normalizer is a precompiled character map, which exoflux does not support");
        JsonNode pattern = normalizer.path("pattern");
        require(
                !pattern.path("String").asString("none").isEmpty()
                        && !matchesNothing(pattern.path("Regex").asString("none")),
                "its normalizer replaces nothing by something");
        require(!normalizer.path("prepend").asString("none").isEmpty(), "its normalizer prepends nothing");
        normalizer.path("normalizers").forEach(NativeHazards::checkNormalizer);
    }

    static void checkPreTokenizer(JsonNode preTokenizer) {
        require(!isZero(preTokenizer.path("length")), "its pre-tokenizer cuts pieces of no length");
        preTokenizer.path("pretokenizers").forEach(NativeHazards::checkPreTokenizer);
    }

    /** A template leaves several encodings behind, which a further processor would take for a pair. */
    static void checkPostProcessor(JsonNode processor) {
        JsonNode last = null;
        for (JsonNode step : processor.path("processors")) {
            require(last == null || !hasTemplate(last), "something follows the template of its post-processor");
            checkPostProcessor(step);
            last = step;
        }
        JsonNode known = processor.path("special_tokens");
        for (JsonNode piece : processor.path("single")) {
            JsonNode special = piece.path("SpecialToken").path("id");
            require(
                    special.isMissingNode() || known.has(special.asString("")),
                    "its post-processor adds a token that it does not define");
            JsonNode sequence = piece.path("Sequence").path("id");
            require(
                    sequence.isMissingNode() || sequence.asString("").equals("A"),
                    "its post-processor asks for a second text");
        }
    }

    /** Counting back from the end of a text that is shorter underflows. */
    static void checkDecoder(JsonNode decoder) {
        require(
                decoder.path("stop").isMissingNode() || isZero(decoder.path("stop")),
                "its decoder strips the end of a text, which exoflux does not support");
        decoder.path("decoders").forEach(NativeHazards::checkDecoder);
    }

    private static boolean hasTemplate(JsonNode processor) {
        for (JsonNode step : processor.path("processors")) {
            if (hasTemplate(step)) {
                return true;
            }
        }
        return processor.has("single");
    }

    /** Whether a pattern finds an empty string in some text; one that only the native library can read is let through. */
    private static boolean matchesNothing(String regex) {
        try {
            return Pattern.compile(regex).matcher("Aa1 .\n").results().anyMatch(match -> match.end() == match.start());
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private static boolean isZero(JsonNode number) {
        return number.isInt() && number.asInt() == 0;
    }

    private static boolean wellFormed(char[] chars, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (Character.isSurrogate(chars[i])) {
                if (i + 1 == offset + length || !Character.isSurrogatePair(chars[i], chars[i + 1])) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
