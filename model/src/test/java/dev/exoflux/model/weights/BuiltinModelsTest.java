package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltinModelsTest {

    @TempDir
    private Path home;

    private final Map<String, String> jar = new HashMap<>(Map.of(
            "SHA256SUMS", "00  tiny/config.json\n01  tiny/model.safetensors\n02  tiny-draft/config.json\n",
            "tiny/config.json", "{1}",
            "tiny/model.safetensors", "weights",
            "tiny-draft/config.json", "{2}"));

    private @Nullable InputStream open(String name) {
        String text = jar.get(name);
        return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private BuiltinModels models() {
        return new BuiltinModels(home.resolve("builtin"), this::open);
    }

    @Test
    void unpacksOnFirstUse() throws Exception {
        assertThat(models().names()).containsExactly("exoflux/tiny", "exoflux/tiny-draft");
        assertThat(home).isEmptyDirectory();

        Path tiny = models().find("exoflux/tiny").orElseThrow();

        assertThat(tiny).endsWith(Path.of("exoflux/tiny"));
        assertThat(tiny.resolve("model.safetensors")).hasContent("weights");
        assertThat(models().find("exoflux/tiny-draft").orElseThrow().resolve("config.json"))
                .hasContent("{2}");
        assertThat(models().find("exoflux/huge")).isEmpty();
        assertThat(versions()).hasSize(1);
    }

    @Test
    void doesNotUnpackAgain() throws Exception {
        Path config = models().find("exoflux/tiny").orElseThrow().resolve("config.json");
        Files.writeString(config, "touched");

        models().find("exoflux/tiny");

        assertThat(config).hasContent("touched");
    }

    @Test
    void keepsVersionsApart() throws Exception {
        Path before = models().find("exoflux/tiny").orElseThrow();
        jar.merge("SHA256SUMS", "03  tiny/new", String::concat);
        jar.put("tiny/new", "");

        Path after = models().find("exoflux/tiny").orElseThrow();

        assertThat(after).isNotEqualTo(before);
        assertThat(before).isDirectory();
        assertThat(versions()).hasSize(2);
    }

    @Test
    void mayBeUnpackedByManyAtOnce() throws Exception {
        int many = 8;
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(many)) {
            List<Future<Path>> found = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                found.add(threads.submit(() -> {
                    start.await();
                    return models().find("exoflux/tiny").orElseThrow();
                }));
            }
            start.countDown();
            for (Future<Path> one : found) {
                assertThat(one.get().resolve("model.safetensors")).hasContent("weights");
            }
        }
        assertThat(versions()).hasSize(1);
    }

    @Test
    void leavesNothingBehindWhenItFails() throws Exception {
        jar.remove("tiny-draft/config.json");

        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> models().find("exoflux/tiny"))
                .withMessageContainingAll(home.toString(), "tiny-draft/config.json", "EXOFLUX_HOME")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
        assertThat(versions()).isEmpty();
    }

    /** After a change of these files: {@code sha256sum tiny/* tiny-draft/* > SHA256SUMS} in their directory. */
    @Test
    void namesTheHashOfEveryFileInTheJar() throws Exception {
        BuiltinModels models = BuiltinModels.ofJar(home);
        InputStream checksums = models.open(BuiltinModels.CHECKSUMS).orElseGet(InputStream::nullInputStream);
        List<String> lines = new String(checksums.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(lines).anySatisfy(line -> assertThat(line).endsWith("  tiny/model.safetensors"));
        for (String line : lines) {
            String[] hashAndFile = line.split(" {2}", 2);
            try (InputStream in = models.open(hashAndFile[1]).orElseThrow()) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
                assertThat(HexFormat.of().formatHex(hash)).as(hashAndFile[1]).isEqualTo(hashAndFile[0]);
            }
        }
    }

    @Test
    void hasNoneInAJarWithout() {
        jar.clear();

        assertThat(models().names()).isEmpty();
        assertThat(models().find("exoflux/tiny")).isEmpty();
    }

    private List<Path> versions() throws Exception {
        try (var children = Files.list(home.resolve("builtin"))) {
            return children.toList();
        }
    }
}
