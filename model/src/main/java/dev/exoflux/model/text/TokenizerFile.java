package dev.exoflux.model.text;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What exoflux itself reads from a {@code tokenizer.json}: the spelling of each token and how tokens become bytes. The rest is
 * the native library's.
 *
 * @param json the whole text
 * @param bytes null where the decoder cannot be applied token by token
 */
record TokenizerFile(
        String json, Vocabulary vocabulary, @Nullable TokenBytes bytes) {

    /** The largest known (256k tokens with merges) have about 40 MB. */
    private static final long MAX_BYTES = 512L << 20;

    /** Reads the file; {@link ErrorCode#MODEL_INVALID} if there is none or it makes no sense. */
    static TokenizerFile read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw invalid(file, "it has %d bytes, more than any tokenizer".formatted(Files.size(file)), null);
            }
            byte[] content = Files.readAllBytes(file);
            return new Reader().read(content);
        } catch (NoSuchFileException e) {
            throw new ExofluxException(ErrorCode.MODEL_INVALID, """
                    %s is missing, so this model's text cannot be encoded.
                    Maybe the download is incomplete, or the model has only a tokenizer.model: convert that with transformers.""".formatted(file), e);
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            throw invalid(file, String.valueOf(e.getMessage()), e);
        }
    }

    static ExofluxException invalid(Path file, String why, @Nullable Throwable cause) {
        String firstLine = why.lines().findFirst().orElse("no reason given");
        return new ExofluxException(ErrorCode.MODEL_INVALID, """
                %s is not a usable tokenizer: %s.
                Maybe the file is damaged; download it again.""".formatted(file, firstLine), cause);
    }

    /** One pass over the JSON that skips what is large and not needed here, such as merges. */
    private static final class Reader {

        private static final JsonMapper MAPPER = JsonMapper.shared();

        private final Vocabulary vocabulary = new Vocabulary();
        private @Nullable TokenBytes bytes;

        TokenizerFile read(byte[] content) {
            try (JsonParser parser = MAPPER.createParser(content)) {
                NativeHazards.checkTokens(parser);
            }
            try (JsonParser parser = MAPPER.createParser(content)) {
                require(parser.nextToken() == JsonToken.START_OBJECT, "its JSON is not an object");
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    switch (name) {
                        case "model" -> readModel(parser);
                        case "added_tokens" -> readAdded(parser.readValueAsTree());
                        case "decoder" -> readDecoder(parser.readValueAsTree());
                        case "normalizer" -> NativeHazards.checkNormalizer(parser.readValueAsTree());
                        case "pre_tokenizer" -> NativeHazards.checkPreTokenizer(parser.readValueAsTree());
                        case "post_processor" -> NativeHazards.checkPostProcessor(parser.readValueAsTree());
                        default -> parser.skipChildren();
                    }
                }
            }
            require(vocabulary.size() > 0, "it has no vocabulary");
            return new TokenizerFile(new String(content, StandardCharsets.UTF_8), vocabulary, bytes);
        }

        private void readModel(JsonParser parser) {
            require(parser.currentToken() == JsonToken.START_OBJECT, "\"model\" is not an object");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.START_OBJECT && name.equals("vocab")) {
                    readIds(parser);
                } else if (value == JsonToken.START_ARRAY && name.equals("vocab")) {
                    readScores(parser);
                } else if (value.isScalarValue()) {
                    NativeHazards.checkModelField(name, parser.readValueAsTree());
                } else {
                    parser.skipChildren();
                }
            }
        }

        /** {@code {"token": id, ...}} of BPE, WordPiece and WordLevel. */
        private void readIds(JsonParser parser) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String token = parser.currentName();
                parser.nextToken();
                vocabulary.add(parser.getIntValue(), token);
            }
        }

        /** {@code [["token", score], ...]} of Unigram, in the order of ids. */
        private void readScores(JsonParser parser) {
            for (int id = 0; parser.nextToken() == JsonToken.START_ARRAY; id++) {
                require(parser.nextToken() == JsonToken.VALUE_STRING, "an entry of its vocabulary is not a string");
                vocabulary.add(id, parser.getString());
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    parser.skipChildren();
                }
            }
        }

        private void readDecoder(JsonNode decoder) {
            NativeHazards.checkDecoder(decoder);
            bytes = TokenBytes.of(decoder);
        }

        private void readAdded(JsonNode tokens) {
            for (JsonNode token : tokens) {
                require(
                        token.path("id").isInt() && token.path("content").isString(),
                        "an added token has no id or content");
                vocabulary.add(token.path("id").asInt(), token.path("content").asString());
                if (token.path("special").asBoolean(false)) {
                    vocabulary.markSpecial(token.path("id").asInt());
                }
            }
        }

        private static void require(boolean condition, String otherwise) {
            if (!condition) {
                throw new IllegalArgumentException(otherwise);
            }
        }
    }
}
