package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.DType;
import dev.exoflux.model.MappedPages;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MappedPagesTest {

    private static final int ROWS = 4096;
    private static final int COLUMNS = 1024;
    private static final long BYTES = (long) ROWS * COLUMNS * Short.BYTES;

    /** What a fault brings in around the page that was asked for, at either end. */
    private static final long FAULT_AROUND = 2 * (64 << 10);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = CpuBackends.Choice.class,
            names = {"VECTOR", "SCALAR"})
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only /proc tells what is resident of one mapping")
    void aLoadedMatrixIsInMemoryOnce(CpuBackends.Choice kernels) throws IOException {
        Path file = randomFile();
        try (Arena arena = Arena.ofShared();
                CpuBackend backend = CpuBackends.create(2, kernels)) {
            MemorySegment mapped = map(file, FileChannel.MapMode.READ_ONLY, arena);
            try (Matrix matrix = backend.load(new MatrixData.Dense(ROWS, COLUMNS, DType.BF16, mapped), null)) {
                assertThat(matrix.bytes()).isEqualTo(BYTES);
                assertThat(resident(file)).isLessThanOrEqualTo(FAULT_AROUND);
            }
            mapped.load();
            assertThat(resident(file)).isEqualTo(BYTES);
        }
    }

    @Test
    void whatOnlyThisProcessHasWrittenStays() throws IOException {
        Path file = randomFile();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment own = map(file, FileChannel.MapMode.PRIVATE, arena);
            own.fill((byte) 7);
            MappedPages.drop(own);
            assertThat(own.toArray(JAVA_BYTE)).containsOnly(7);
            MemorySegment anonymous = arena.allocate(BYTES).fill((byte) 7);
            MappedPages.drop(anonymous.asReadOnly());
            assertThat(anonymous.toArray(JAVA_BYTE)).containsOnly(7);
        }
    }

    private Path randomFile() throws IOException {
        byte[] bytes = new byte[Math.toIntExact(BYTES)];
        new SplittableRandom(1).nextBytes(bytes);
        return Files.write(directory.resolve("weights"), bytes);
    }

    private static MemorySegment map(Path file, FileChannel.MapMode mode, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(mode, 0, BYTES, arena);
        }
    }

    /** Bytes of a mapped file that count as this process's memory. */
    private static long resident(Path file) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).endsWith(file.toString())) {
                while (!lines.get(++i).startsWith("Rss:")) {}
                return Long.parseLong(lines.get(i).replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new AssertionError(file + " is not mapped");
    }
}
