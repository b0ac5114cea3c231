package dev.exoflux.model.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokenizers that tools/conformance made, with what Hugging Face's own library does with them. */
final class TokenizerGoldens {

    /** Where tests unpack the native library. */
    static final Path CACHE = Path.of("target", "test-cache");

    private static final Path DIRECTORY = Path.of("src/test/resources/tokenizer");

    private TokenizerGoldens() {}

    static Stream<String> names() {
        return Stream.of("llama2", "llama3", "mistral", "qwen");
    }

    static Path directory(String name) {
        return DIRECTORY.resolve(name);
    }

    static Tokenizer tokenizer(String name) {
        return Tokenizer.load(directory(name).resolve("tokenizer.json"), CACHE);
    }

    static JsonNode of(String name) {
        return JsonMapper.shared().readTree(DIRECTORY.resolve(name + ".json"));
    }

    static int[] ids(JsonNode array) {
        List<Integer> ids = new ArrayList<>();
        array.forEach(id -> ids.add(id.asInt()));
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
