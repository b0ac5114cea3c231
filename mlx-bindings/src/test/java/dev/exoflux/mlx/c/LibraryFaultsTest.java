package dev.exoflux.mlx.c;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries that are not what they should be, compiled here: each is refused by name before anything is asked of it. */
final class LibraryFaultsTest {

    private static final String BARE = """
            typedef struct { void* ctx; } handle;
            void mlx_set_error_handler(void (*report)(const char*, void*), void* data, void (*drop)(void*)) {}
            int mlx_version(handle* out) { out->ctx = "%s"; return 0; }
            const char* mlx_string_data(handle text) { return text.ctx; }
            int mlx_string_free(handle text) { return 0; }
            """;

    @TempDir
    Path folder;

    @Test
    void anotherVersionIsRefusedWithBothNamed() {
        Path library = compile("old", BARE.formatted("0.31.2"));
        assertThat(refusal(() -> MlxLibrary.open(library)))
                .hasMessageContaining(library + " is of MLX 0.31.2")
                .hasMessageContaining("knows MLX 0.32.2")
                .hasMessageContaining("\nMaybe ");
    }

    @Test
    void aMissingFunctionIsNamed() {
        Path bare = compile("bare", BARE.formatted("0.32.2"));
        ExofluxException lacking = refusal(() -> MlxLibrary.open(bare));
        assertThat(lacking).hasMessageContaining("mlx_array_new_data").hasMessageContaining("mlx_quantized_matmul");
        String message = String.valueOf(lacking.getMessage());
        List<String> needed = Arrays.asList(message.substring(message.indexOf("lacks ") + 6, message.indexOf(".\n"))
                .split(", "));

        Path oneLess = compile("one-less", BARE.formatted("0.32.2") + stubs(needed, "mlx_add"));
        assertThat(refusal(() -> MlxLibrary.open(oneLess))).hasMessageContaining(oneLess + " lacks mlx_add.\n");

        Path all = compile("all", BARE.formatted("0.32.2") + stubs(needed, ""));
        assertThat(MlxLibrary.open(all).release()).isEqualTo(Release.MLX_0_32_2);
    }

    private static String stubs(List<String> names, String but) {
        return names.stream()
                .filter(name -> !name.equals(but))
                .map(name -> "void " + name + "(void) {}\n")
                .collect(Collectors.joining());
    }

    @Test
    void anotherLibraryIsNotTakenForIt() {
        Path library = compile("other", "int answer(void) { return 42; }");
        assertThat(refusal(() -> MlxLibrary.open(library)))
                .hasMessageContaining("lacks mlx_set_error_handler, mlx_version");
    }

    @Test
    void whatIsNoLibraryAndWhatIsNotThereIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("libmlxc.so"), "not a library");
        assertThat(refusal(() -> MlxLibrary.open(text)))
                .hasMessageContaining(text + " cannot be loaded: ")
                .hasMessageContaining("\nMaybe ");
        assertThat(refusal(() -> MlxLibrary.open(folder.resolve("none.so")))).hasMessageContaining("none.so");
    }

    @Test
    void aLibraryWhoseOwnLibraryIsMissingSaysWhich() throws IOException {
        Path needed = compile("needed", "int needed(void) { return 1; }");
        Path library = compile("needing", "int needed(void); int use(void) { return needed(); }", needed.toString());
        Files.delete(needed);
        assertThat(refusal(() -> MlxLibrary.open(library))).hasMessageContaining("needed.so");
    }

    private static ExofluxException refusal(ThrowingCallable opening) {
        ExofluxException[] refusal = new ExofluxException[1];
        assertThatThrownBy(opening).isInstanceOfSatisfying(ExofluxException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
            refusal[0] = e;
        });
        return refusal[0];
    }

    private Path compile(String name, String source, String... more) {
        Path library = folder.resolve(name + ".so");
        try {
            Path file = Files.writeString(folder.resolve(name + ".c"), source);
            List<String> command =
                    new ArrayList<>(List.of("cc", "-w", "-shared", "-fPIC", "-o", library.toString(), file.toString()));
            command.addAll(List.of(more));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            return library;
        } catch (IOException e) {
            if (System.getenv("EXOFLUX_CI") != null) {
                throw new AssertionError("no C compiler", e);
            }
            Assumptions.abort("no C compiler: " + e.getMessage());
            return library;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
