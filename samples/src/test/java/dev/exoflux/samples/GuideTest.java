package dev.exoflux.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every Java snippet of the guide stands, word for word, in a sample that is compiled and run. */
final class GuideTest {

    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void showsWhatTheSamplesDo() throws IOException {
        String guide = Files.readString(Path.of("../docs/guide.md"));
        List<String> sources = sources();
        Matcher snippets = SNIPPET.matcher(guide);
        int found = 0;
        while (snippets.find()) {
            String snippet = words(snippets.group(1));
            assertThat(sources).anySatisfy(source -> assertThat(source).contains(snippet));
            found++;
        }
        assertThat(found).isPositive();
    }

    private static List<String> sources() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java"))) {
            List<Path> paths = files.filter(Files::isRegularFile).toList();
            return paths.stream().map(GuideTest::read).map(GuideTest::words).toList();
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Without indents and line breaks, which a page and a source file choose differently. */
    private static String words(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
