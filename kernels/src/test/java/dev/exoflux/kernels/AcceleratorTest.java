package dev.exoflux.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AcceleratorTest {

    @TempDir
    Path directory;

    @Test
    void givesTheBitsOfTheJavaKernels() {
        try (AcceleratorTrial trial = new AcceleratorTrial(CompiledProducts.products())) {
            assertThat(trial.sameBits()).isTrue();
        }
    }

    @Test
    void givesTheBitsOfTheJavaKernelsOnALesserProcessorToo() throws IOException {
        CompiledProducts.products();
        NativeCode code = NativeCode.target(directory, "haswell");
        assertThat(code).isNotNull();
        try (AcceleratorTrial trial = new AcceleratorTrial(DotProducts.load(code.library()))) {
            assertThat(trial.sameBits()).isTrue();
        }
    }

    /** Their arithmetic as the manual has it, and all that is around them, on processors without matrix tiles. */
    @Test
    void givesTheBitsOfTheJavaKernelsOnMatrixTilesToo() throws IOException {
        CompiledProducts.products();
        NativeCode code = NativeCode.target(directory, "native", "-DEXOFLUX_EMULATED_TILES");
        assertThat(code).isNotNull();
        DotProducts products = DotProducts.load(code.library());
        assumeTrue(products.useTiles(true), "tiles come with vectors of 512 bits, which this processor has not");
        try (AcceleratorTrial trial = new AcceleratorTrial(products)) {
            assertThat(trial.sameBits()).isTrue();
            assertThat(trial.sameBitsOfManyRows()).isTrue();
        }
    }

    @Test
    void givesTheBitsOfTheJavaKernelsOnManyRows() {
        try (AcceleratorTrial trial = new AcceleratorTrial(CompiledProducts.products())) {
            assertThat(trial.sameBitsOfManyRows()).isTrue();
        }
    }

    @Test
    void aVerdictIsKeptAndFollowed() throws IOException {
        CompiledProducts.products();
        NativeCode code = code();
        Files.writeString(code.file(".txt"), "faster: so it was", UTF_8);
        assertThat(Accelerator.find(directory).products()).isNotNull();
        assertThat(Accelerator.find(directory).verdict()).isEqualTo("so it was");
        Files.writeString(code.file(".txt"), "no gain", UTF_8);
        assertThat(Accelerator.find(directory).products()).isNull();
        assertThat(Accelerator.find(directory).verdict()).isEqualTo("no gain");
    }

    @Test
    void compilesOnceAndLeavesNothingElseBehind() throws IOException {
        CompiledProducts.products();
        NativeCode code = code();
        Path library = code.library();
        var made = Files.getLastModifiedTime(library);
        assertThat(code.library()).isEqualTo(library);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(made);
        try (var files = Files.list(directory)) {
            assertThat(files.toList()).isEqualTo(List.of(library));
        }
    }

    @Test
    void aLibraryThatIsDamagedIsToldAndNotUsed() throws IOException {
        CompiledProducts.products();
        NativeCode code = code();
        Files.writeString(code.file(".txt"), "faster: so it was", UTF_8);
        Files.writeString(code.file(".so"), "no library", UTF_8);
        Accelerator found = Accelerator.find(directory);
        assertThat(found.products()).isNull();
        assertThat(found.verdict()).startsWith("no compiled dot products: ");
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsToldAndNothingElseHappens() throws IOException {
        CompiledProducts.products();
        Path file = Files.writeString(directory.resolve("file"), "in the way", UTF_8);
        Accelerator found = Accelerator.find(file);
        assertThat(found.products()).isNull();
        assertThat(found.verdict()).startsWith("no compiled dot products: ").contains("file");
    }

    private NativeCode code() throws IOException {
        NativeCode code = NativeCode.here(directory);
        if (code == null) {
            throw new AssertionError("there was a compiler a moment ago");
        }
        return code;
    }
}
