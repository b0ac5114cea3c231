package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LlamaCppTest {

    @TempDir
    private Path root;

    @Test
    void readsWhatOneSequenceReached() throws IOException {
        Path folder = PeerProgram.folder(root);
        LlamaCpp.Round round =
                LlamaCpp.find(folder, Optional.empty(), "4-bit g64").run(40, 8, 1, 2);
        assertThat(round).isEqualTo(new LlamaCpp.Round(62.5, 25, 25, 1_235_814_432));
        assertThat(PeerProgram.arguments(folder.resolve("build/bin/llama-bench")))
                .isEqualTo(
                        "-m %1$s -t 2 -ngl 0 -p 40 -n 0 -r 1 -o json\n-m %1$s -t 2 -ngl 0 -p 0 -n 8 -d 40 -r 1 -o json\n"
                                .formatted(folder.resolve("random-1b-Q4_0.gguf")));
    }

    @Test
    void readsWhatSeveralReachedTogether() throws IOException {
        Path folder = PeerProgram.folder(root);
        LlamaCpp.Round round =
                LlamaCpp.find(folder, Optional.empty(), "4-bit g64, mixed").run(40, 8, 4, 2);
        assertThat(round).isEqualTo(new LlamaCpp.Round(62.015503, 10, 40, 0));
        assertThat(PeerProgram.arguments(folder.resolve("build/bin/llama-batched-bench")))
                .contains("-t 2", "-c 192", "-npp 40 -ntg 8 -npl 4", "--output-format jsonl");
    }

    @Test
    void takesAProgramAndItsModelToo() throws IOException {
        Path folder = PeerProgram.folder(root);
        Path model = Files.createFile(root.resolve("mine.gguf"));
        LlamaCpp llamaCpp = LlamaCpp.find(folder.resolve("build/bin/llama-bench"), Optional.of(model), "f32");
        assertThat(llamaCpp.run(40, 8, 1, 1).decode()).isEqualTo(25);
        assertThat(llamaCpp.gguf()).isEqualTo(model);
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        assertMissing(root, "4-bit g64")
                .hasMessageContaining("there is no program")
                .hasMessageContaining("llama-bench");
        Path folder = PeerProgram.folder(root);
        assertMissing(folder, "8-bit g64").hasMessageContaining("random-1b-Q8_0.gguf");
        assertMissing(folder, "bf16").hasMessageContaining("random-1b-bf16.gguf");
        assertMissing(folder, "3-bit g64").hasMessageContaining("no usual counterpart of weights in 3-bit");
        assertMissing(folder.resolve("build/bin/llama-bench"), "bf16").hasMessageContaining("which model");
    }

    private static AbstractThrowableAssert<?, ?> assertMissing(Path place, String quantization) {
        return assertThatThrownBy(() -> LlamaCpp.find(place, Optional.empty(), quantization))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining("\nMaybe");
    }

    @Test
    void passesOnWhatAFailingProgramSaid() throws IOException {
        Path folder = PeerProgram.folder(root);
        PeerProgram.script(folder.resolve("build/bin/llama-bench"), "echo 'error: no such tensor' >&2\nexit 3\n");
        assertFails(folder, 1).hasMessageContaining("exit code 3").hasMessageContaining("error: no such tensor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo 'usage: llama-bench [options]'",
                "echo '[]'",
                "echo '[{\"n_prompt\": 40, \"n_gen\": 0}]'",
                "true"
            })
    void refusesWhatIsNoFigure(String says) throws IOException {
        Path folder = PeerProgram.folder(root);
        PeerProgram.script(folder.resolve("build/bin/llama-bench"), says + "\n");
        assertFails(folder, 1).hasMessageContaining("did not print the figures");
    }

    @Test
    void missesTheProgramForSeveralSequencesWhenItIsNeeded() throws IOException {
        Path folder = PeerProgram.folder(root);
        Files.delete(folder.resolve("build/bin/llama-batched-bench"));
        assertFails(folder, 2).hasMessageContaining("llama-batched-bench cannot be run");
    }

    private static AbstractThrowableAssert<?, ?> assertFails(Path folder, int concurrency) {
        LlamaCpp llamaCpp = LlamaCpp.find(folder, Optional.empty(), "4-bit g64");
        return assertThatThrownBy(() -> llamaCpp.run(40, 8, concurrency, 1))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
    }
}
