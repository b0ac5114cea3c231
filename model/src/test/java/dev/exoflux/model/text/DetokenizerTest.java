package dev.exoflux.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class DetokenizerTest {

    /** The reference waits for the whole token where one brings a letter and half of the next; here the letter comes at once. */
    @ParameterizedTest
    @MethodSource("dev.exoflux.model.text.TokenizerGoldens#names")
    void isNeverBehindTheReferenceStream(String name) {
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer(name)) {
            for (JsonNode golden : TokenizerGoldens.of(name).path("stream")) {
                Detokenizer detokenizer = tokenizer.detokenizer(true);
                int[] ids = TokenizerGoldens.ids(golden.path("ids"));
                StringBuilder ours = new StringBuilder();
                StringBuilder reference = new StringBuilder();
                for (int i = 0; i < ids.length; i++) {
                    ours.append(detokenizer.add(ids[i]));
                    reference.append(golden.path("pieces").path(i).asString(""));
                    assertThat(ours).as("piece %d of %s", i, golden).startsWith(reference);
                }
                ours.append(detokenizer.finish());
                assertThat(oneReplacement(ours.toString()))
                        .isEqualTo(oneReplacement(golden.path("text").asString()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.text.TokenizerGoldens#names")
    void replacesWhatIsNoUtf8AndGoesOn(String name) {
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer(name)) {
            for (JsonNode golden : TokenizerGoldens.of(name).path("brokenStream")) {
                int[] ids = TokenizerGoldens.ids(golden.path("ids"));
                assertThat(joined(tokenizer, ids, true))
                        .as(Arrays.toString(ids))
                        .isEqualTo(golden.path("text").asString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen"})
    void joinsToTheWholeTextForAnyIds(String name) {
        Random random = new Random(7);
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer(name)) {
            for (int run = 0; run < 500; run++) {
                int[] ids = random.ints(random.nextInt(40), -2, tokenizer.vocabularySize() + 3)
                        .toArray();
                boolean skipSpecial = random.nextBoolean();
                assertThat(joined(tokenizer, ids, skipSpecial))
                        .as(Arrays.toString(ids))
                        .isEqualTo(tokenizer.decode(ids, skipSpecial));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama2", "mistral"})
    void joinsToTheWholeTextForAnyCharacters(String name) {
        Random random = new Random(11);
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer(name)) {
            for (int run = 0; run < 500; run++) {
                int[] ids = tokenizer.encode(characters(random), random.nextBoolean());
                assertThat(joined(tokenizer, ids, true))
                        .as(Arrays.toString(ids))
                        .isEqualTo(tokenizer.decode(ids, true));
            }
        }
    }

    @Test
    void goesOnAfterAPromptWithTheSpaceOfTheNextWord() {
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer("llama2")) {
            int[] whole = tokenizer.encode("what a device depends on the", true);
            for (int cut = 2; cut < whole.length; cut++) {
                int[] prompt = Arrays.copyOf(whole, cut);
                Detokenizer detokenizer = tokenizer.detokenizerAfter(prompt, true);
                StringBuilder answer = new StringBuilder();
                for (int i = cut; i < whole.length; i++) {
                    answer.append(detokenizer.add(whole[i]));
                }
                answer.append(detokenizer.finish());
                assertThat(tokenizer.decode(prompt, true) + answer).isEqualTo(tokenizer.decode(whole, true));
            }
        }
    }

    /** Decoders that look at neighbouring tokens. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":true}",
                "{\"type\":\"WordPiece\",\"prefix\":\"##\",\"cleanup\":false}",
                "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":0},{\"type\":\"Fuse\"}]}",
            })
    void followsAnyOtherDecoderByAWindow(String decoder, @TempDir Path directory) throws Exception {
        String json = """
                {"model":{"type":"BPE","vocab":{"▁Hello":0,"▁wor":1,"ld":2,"##ly":3,"!":4,"▁":5,"ä":6,"<eos>":7},"merges":[]},
                "added_tokens":[{"id":7,"content":"<eos>","special":true,"single_word":false,"lstrip":false,"rstrip":false,
                "normalized":false}],"decoder":%s}""".formatted(decoder);
        Path file = Files.writeString(directory.resolve("tokenizer.json"), json);
        Random random = new Random(3);
        try (Tokenizer tokenizer = Tokenizer.load(file, TokenizerGoldens.CACHE)) {
            for (int run = 0; run < 200; run++) {
                int[] ids = random.ints(random.nextInt(12), 0, 9).toArray();
                assertThat(joined(tokenizer, ids, true))
                        .as(Arrays.toString(ids))
                        .isEqualTo(tokenizer.decode(ids, true));
            }
            assertThat(tokenizer.bytesOf(4)).containsExactly('!');
        }
    }

    /** The reference writes U+FFFD for every byte of a SentencePiece character that was cut off, Unicode recommends one. */
    private static String oneReplacement(String text) {
        return text.replaceAll("\uFFFD+", "\uFFFD");
    }

    private static String joined(Tokenizer tokenizer, int[] ids, boolean skipSpecial) {
        Detokenizer detokenizer = tokenizer.detokenizer(skipSpecial);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            String piece = detokenizer.add(id);
            assertThat(piece.isEmpty() || !Character.isHighSurrogate(piece.charAt(piece.length() - 1)))
                    .isTrue();
            text.append(piece);
        }
        return text.append(detokenizer.finish()).toString();
    }

    private static String characters(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            int bits = 1 + random.nextInt(20);
            int codePoint = random.nextInt(1 << bits);
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                text.appendCodePoint(codePoint);
            }
        }
        return text.toString();
    }
}
