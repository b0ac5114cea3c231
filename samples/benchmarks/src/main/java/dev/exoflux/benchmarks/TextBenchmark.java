package dev.exoflux.benchmarks;

import dev.exoflux.model.text.Detokenizer;
import dev.exoflux.model.text.PromptFormat;
import dev.exoflux.model.text.Tokenizer;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Tokenizer and chat template of the built-in model. */
@SuppressWarnings("NullAway.Init")
public class TextBenchmark extends Measured {

    private static final String SENTENCE = "The quick brown fox jumps over the lazy dog, 42 times; wie süß! ";

    /** Sentences of the text, and messages of the conversation. */
    @Param({"1", "50"})
    public int length;

    private Path home;
    private Tokenizer tokenizer;
    private PromptFormat format;
    private String text;
    private int[] ids;
    private List<Map<String, String>> conversation;

    @Setup
    public void load() throws IOException {
        home = Files.createTempDirectory("exoflux-benchmarks");
        ModelDirectory model = new ModelRepository(home, home.resolve("hub")).resolve("exoflux/tiny");
        tokenizer = Tokenizer.load(model.tokenizer(), home.resolve("native"));
        format = PromptFormat.load(model.path());
        text = SENTENCE.repeat(length);
        ids = tokenizer.encode(text, false);
        conversation = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            conversation.add(Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", SENTENCE));
        }
    }

    @Benchmark
    public int[] encode() {
        return tokenizer.encode(text, false);
    }

    /** Token by token, as an answer is. */
    @Benchmark
    public int decode() {
        Detokenizer detokenizer = tokenizer.detokenizer(true);
        int characters = 0;
        for (int id : ids) {
            characters += detokenizer.add(id).length();
        }
        return characters + detokenizer.finish().length();
    }

    @Benchmark
    public String template() {
        return format.render(conversation, Map.of("add_generation_prompt", true));
    }

    @TearDown
    public void delete() throws IOException {
        tokenizer.close();
        try (var files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).forEach(TextBenchmark::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
