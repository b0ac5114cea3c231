package dev.exoflux.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class TokenizerTest {

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.text.TokenizerGoldens#names")
    void encodesAsTheReferenceDoes(String name) {
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer(name)) {
            for (JsonNode golden : TokenizerGoldens.of(name).path("encode")) {
                String text = golden.path("text").asString();
                assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(TokenizerGoldens.ids(golden.path("ids")));
                assertThat(tokenizer.encode(text, false))
                        .as(text)
                        .isEqualTo(TokenizerGoldens.ids(golden.path("idsNothingAdded")));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.text.TokenizerGoldens#names")
    void decodesAsTheReferenceDoes(String name) {
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer(name)) {
            for (JsonNode golden : TokenizerGoldens.of(name).path("decode")) {
                int[] ids = TokenizerGoldens.ids(golden.path("ids"));
                assertThat(tokenizer.decode(ids, true))
                        .isEqualTo(golden.path("skippingSpecialTokens").asString());
                assertThat(tokenizer.decode(ids, false))
                        .isEqualTo(golden.path("keepingSpecialTokens").asString());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.text.TokenizerGoldens#names")
    void knowsItsVocabulary(String name) {
        JsonNode golden = TokenizerGoldens.of(name);
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer(name)) {
            assertThat(tokenizer.vocabularySize())
                    .isEqualTo(golden.path("vocabularySize").asInt());
            for (JsonNode token : golden.path("specialTokens")) {
                Integer id = tokenizer.idOf(token.asString());
                assertThat(id)
                        .isNotNull()
                        .satisfies(
                                known -> assertThat(tokenizer.isSpecial(known)).isTrue());
                assertThat(tokenizer.tokenOf(id)).isEqualTo(token.asString());
            }
            assertThat(tokenizer.idOf("no such token")).isNull();
            assertThat(tokenizer.tokenOf(tokenizer.vocabularySize())).isNull();
            assertThat(tokenizer.tokenOf(-1)).isNull();
            assertThat(tokenizer.bytesOf(tokenizer.vocabularySize())).isEmpty();
        }
    }

    @Test
    void tellsTheBytesOfPartsOfACharacter() {
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer("qwen")) {
            byte[] expected = "a 🙂".getBytes(StandardCharsets.UTF_8);
            List<Byte> bytes = new ArrayList<>();
            for (int id : tokenizer.encode("a 🙂", false)) {
                for (byte b : tokenizer.bytesOf(id)) {
                    bytes.add(b);
                }
            }
            assertThat(bytes).containsExactly(box(expected));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.text.TokenizerGoldens#names")
    void readsAnUnpairedSurrogateAsReplacementCharacter(String name) {
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer(name)) {
            for (String[] pair : new String[][] {
                {"a\uD83D b 🙂 \0", "a\uFFFD b 🙂 \0"},
                {"\uDE42🙂", "\uFFFD🙂"},
                {"🙂\uD83D", "🙂\uFFFD"},
                {"\uD83D\uD83D\uDE42", "\uFFFD🙂"}
            }) {
                assertThat(tokenizer.encode(pair[0], false)).isEqualTo(tokenizer.encode(pair[1], false));
            }
        }
    }

    @Test
    void leavesOutIdsThatStandForNothing() {
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer("llama3")) {
            int[] hello = tokenizer.encode("Hello", false);
            int[] padded = {hello[0], 99_999, -7};
            assertThat(tokenizer.decode(padded, true)).isEqualTo(tokenizer.decode(new int[] {hello[0]}, true));
        }
    }

    @Test
    void neitherTruncatesNorPadsWhatTheFileAsksFor(@TempDir Path directory) throws Exception {
        String json = Files.readString(TokenizerGoldens.directory("qwen").resolve("tokenizer.json"))
                .replace("\"truncation\":null", """
                        "truncation":{"direction":"Right","max_length":4,"strategy":"LongestFirst","stride":0}""")
                .replace("\"padding\":null", """
                        "padding":{"strategy":{"Fixed":64},"direction":"Right","pad_to_multiple_of":null,\
                        "pad_id":0,"pad_type_id":0,"pad_token":"<|endoftext|>"}""");
        Path file = Files.writeString(directory.resolve("tokenizer.json"), json);
        assertThat(json).contains("max_length", "pad_type_id");
        try (Tokenizer demanding = Tokenizer.load(file, TokenizerGoldens.CACHE);
                Tokenizer plain = TokenizerGoldens.tokenizer("qwen")) {
            String text = "one two three four five six seven";
            assertThat(demanding.encode(text, true)).isEqualTo(plain.encode(text, true));
        }
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        try (Tokenizer tokenizer = TokenizerGoldens.tokenizer("llama3");
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String text = "thread " + i + " says 🙂 " + "word ".repeat(i);
                tasks.add(() ->
                        tokenizer.decode(tokenizer.encode(text, false), false).equals(text));
            }
            for (Future<Boolean> same : threads.invokeAll(tasks)) {
                assertThat(same.get()).isTrue();
            }
        }
    }

    @Test
    void refusesToWorkOnceClosed() {
        Tokenizer tokenizer = TokenizerGoldens.tokenizer("qwen");
        tokenizer.close();
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.encode("Hello", true))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
    }

    @Test
    void saysThatTheFileIsMissing(@TempDir Path directory) {
        Path file = directory.resolve("tokenizer.json");
        assertThatThrownBy(() -> Tokenizer.load(file, TokenizerGoldens.CACHE))
                .hasMessageStartingWith(file + " is missing")
                .hasMessageContaining("\nMaybe ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[[\"a\",\"b\"]]}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":2000000000},\"merges\":[]}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":\"b\"},\"merges\":[]}}",
                "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[1,2]]}}",
                "{\"model\":{\"type\":\"Nonsense\",\"vocab\":{\"a\":0}}}",
                "{\"model\":7}",
                "{\"added_tokens\":[{\"content\":\"a\"}],\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}}",
            })
    void refusesADamagedFileByName(String content, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("tokenizer.json"), content);
        assertThatThrownBy(() -> Tokenizer.load(file, TokenizerGoldens.CACHE))
                .isInstanceOfSatisfying(ExofluxException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID);
                    assertThat(e).hasMessageStartingWith(file + " is not a usable tokenizer: ");
                    assertThat(e).hasMessageContaining("\nMaybe ");
                });
    }

    /** Each of these ends the process if the native library gets to see it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "decoder":{"type":"ByteLevel","x":1e999}                                              | a number out of range
            "decoder":{"type":"BPEDecoder","suffix":"\\ud800"}                                  | half a surrogate pair
            "decoder":{"type":"Strip","content":" ","start":0,"stop":1}                           | strips the end
            "decoder":{"type":"Sequence","decoders":[{"content":" ","start":0,"stop":99999999999}]} | strips the end
            "normalizer":{"type":"Precompiled","precompiled_charsmap":""}                         | precompiled
            "normalizer":{"type":"Prepend","prepend":""}                                          | prepends nothing
            "normalizer":{"type":"Replace","pattern":{"String":""},"content":"b"}                 | replaces nothing
            "normalizer":{"type":"Sequence","normalizers":[{"type":"Replace","pattern":{"Regex":"b*"},"content":""}]} | replaces nothing
            "pre_tokenizer":{"type":"FixedLength","length":0}                                     | no length
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}}],"pair":[],"special_tokens":{}} | does not define
            "post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"B","type_id":0}}],"pair":[],"special_tokens":{}} | a second text
            "post_processor":{"type":"Sequence","processors":[{"type":"TemplateProcessing","single":[],"pair":[],"special_tokens":{}},{"type":"ByteLevel"}]} | follows the template
            "model":{"type":"BPE","continuing_subword_prefix":"##","vocab":{"a":0},"merges":[]}   | continuing_subword_prefix
            """)
    void refusesWhatWouldEndTheProcess(String section, String reason, @TempDir Path directory) throws Exception {
        String model = "\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}";
        String json = section.startsWith("\"model\"") ? section : section + "," + model;
        Path file = Files.writeString(directory.resolve("tokenizer.json"), "{" + json + "}");
        assertThatThrownBy(() -> Tokenizer.load(file, TokenizerGoldens.CACHE)).hasMessageContaining(reason);
    }

    @Test
    void refusesNestingThatTheLibraryCannotFollow(@TempDir Path directory) throws Exception {
        String json = "{\"decoder\":" + "[".repeat(200) + "]".repeat(200) + "}";
        Path file = Files.writeString(directory.resolve("tokenizer.json"), json);
        assertThatThrownBy(() -> Tokenizer.load(file, TokenizerGoldens.CACHE)).hasMessageContaining("nesting");
    }

    @Test
    void saysThatATextCannotBeEncoded(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(
                directory.resolve("tokenizer.json"),
                "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0},\"unk_token\":\"<unk>\"}}");
        try (Tokenizer tokenizer = Tokenizer.load(file, TokenizerGoldens.CACHE)) {
            assertThat(tokenizer.encode("a", false)).containsExactly(0);
            assertThatThrownBy(() -> tokenizer.encode("b", false))
                    .hasMessageStartingWith("The tokenizer cannot encode");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.text.TokenizerGoldens#names")
    void survivesDamagedFiles(String name, @TempDir Path directory) throws Exception {
        byte[] intact = Files.readAllBytes(TokenizerGoldens.directory(name).resolve("tokenizer.json"));
        Path file = directory.resolve("tokenizer.json");
        DamagedJson damaged = new DamagedJson(intact, name.hashCode());
        int usable = 0;
        for (int run = 0; run < 80; run++) {
            Files.write(file, damaged.next());
            try (Tokenizer tokenizer = Tokenizer.load(file, TokenizerGoldens.CACHE)) {
                int[] ids = tokenizer.encode("Hello <|im_start|> wörld 🙂\n\n x", true);
                tokenizer.decode(ids, false);
                Detokenizer detokenizer = tokenizer.detokenizer(true);
                for (int id = 0; id < tokenizer.vocabularySize(); id += 17) {
                    detokenizer.add(id);
                }
                usable++;
            } catch (ExofluxException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID);
            }
        }
        assertThat(usable).isPositive();
    }

    private static Byte[] box(byte[] bytes) {
        Byte[] boxed = new Byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            boxed[i] = bytes[i];
        }
        return boxed;
    }
}
