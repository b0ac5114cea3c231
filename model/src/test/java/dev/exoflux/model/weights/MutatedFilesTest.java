package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.exoflux.model.CountingBackend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Shard;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.arch.Architectures;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files, hundreds of them, from one seed (more with {@code -Dexoflux.fuzz.rounds}): each is either read in full or refused with one error, in bounded time,
 * and nothing stays mapped. A read beyond the end of a mapped file would end the JVM and so this test.
 */
@Timeout(600)
class MutatedFilesTest {

    private static final long SEED = Long.getLong("exoflux.fuzz.seed", 20_261_123);
    private static final int ROUNDS = Integer.getInteger("exoflux.fuzz.rounds", 500);
    private static final Duration SLOWEST = Duration.ofSeconds(5);

    /** What a mutation puts in place of a number or a piece of text. */
    private static final String[] PIECES = {
        "0",
        "-1",
        "1",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "1e400",
        "1.5",
        "null",
        "true",
        "NaN",
        "\"\"",
        "\"F32\"",
        "\"U8\"",
        "\"F4\"",
        "\"../x\"",
        "[]",
        "{}",
        "[[[[[[[[]]]]]]]]",
        "{\"a\":",
        "]",
        "}",
        ",",
        ":",
        "\\u0000",
        "\"",
        "[0,0]",
        "\"__metadata__\":",
        "\"model.embed_tokens.weight\":"
    };

    @TempDir
    private Path directory;

    private final Random random = new Random(SEED);
    private final CountingBackend backend = new CountingBackend();

    @BeforeEach
    void copyCheckpoint() throws IOException {
        for (String file : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(TestCheckpoints.named("llama-mixed").resolve(file), directory.resolve(file));
        }
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(backend.unclosed()).isZero();
        Path maps = Path.of("/proc/self/maps");
        if (Files.isReadable(maps)) {
            assertThat(Files.readAllLines(maps)).noneMatch(line -> line.contains(directory.toString()));
        }
    }

    @Test
    void headersOfSafetensors() throws IOException {
        Path file = directory.resolve("model.safetensors");
        byte[] original = Files.readAllBytes(file);
        int headerEnd = Long.BYTES + (int) headerLength(original);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] mutated = mutated(original, 0, headerEnd);
            Files.write(file, random.nextBoolean() ? withTrueLength(mutated, original.length, headerEnd) : mutated);
            surviving(round, () -> readAll(file));
        }
    }

    @Test
    void truncatedSafetensors() throws IOException {
        Path file = directory.resolve("model.safetensors");
        byte[] original = Files.readAllBytes(file);
        for (int round = 0; round < ROUNDS / 3; round++) {
            Files.write(file, Arrays.copyOf(original, random.nextInt(original.length)));
            assertThat(surviving(round, () -> readAll(file)))
                    .as("accepts round %d", round)
                    .isFalse();
        }
    }

    @Test
    void wholeModelsWithAnotherHeader() throws IOException {
        Path file = directory.resolve("model.safetensors");
        byte[] original = Files.readAllBytes(file);
        int headerEnd = Long.BYTES + (int) headerLength(original);
        for (int round = 0; round < ROUNDS / 3; round++) {
            Files.write(file, withTrueLength(mutated(original, Long.BYTES, headerEnd), original.length, headerEnd));
            surviving(round, this::load);
        }
    }

    @Test
    void configurations() throws IOException {
        Path file = directory.resolve("config.json");
        byte[] original = Files.readAllBytes(file);
        for (int round = 0; round < ROUNDS; round++) {
            Files.write(file, mutated(original, 0, original.length));
            surviving(round, this::load);
        }
    }

    @Test
    void indexes() throws IOException {
        Path source = TestCheckpoints.named("llama-mqa-6-1-sharded");
        Files.delete(directory.resolve("model.safetensors"));
        for (int shard = 1; shard <= 3; shard++) {
            String name = "model-0000%d-of-00003.safetensors".formatted(shard);
            Files.copy(source.resolve(name), directory.resolve(name));
        }
        Files.write(directory.resolve("config.json"), Files.readAllBytes(source.resolve("config.json")));
        byte[] original = Files.readAllBytes(source.resolve("model.safetensors.index.json"));
        for (int round = 0; round < ROUNDS; round++) {
            Files.write(directory.resolve("model.safetensors.index.json"), mutated(original, 0, original.length));
            surviving(round, this::load);
        }
    }

    private void load() {
        ModelDirectory model = ModelDirectory.open("mutated", directory);
        model.card();
        Architectures.load(model, Shard.whole(model.config().layers()), backend).close();
        backend.loaded().clear();
    }

    private static void readAll(Path file) {
        try (Safetensors tensors = Safetensors.open(file)) {
            for (String name : tensors.names()) {
                if (tensors.entry(name).type().dtype() != null) {
                    byte[] bytes = tensors.tensor(name).bytes().toArray(ValueLayout.JAVA_BYTE);
                    assertThat(bytes.length).isNotNegative();
                }
            }
        }
    }

    /** Whether what was mutated is still accepted. */
    private static boolean surviving(int round, Runnable reading) {
        Instant start = Instant.now();
        try {
            reading.run();
            return true;
        } catch (ExofluxException e) {
            assertThat(e.code()).isIn(Set.of(ErrorCode.MODEL_INVALID, ErrorCode.UNSUPPORTED));
            assertThat(e.getMessage()).hasSizeLessThan(2000);
            return false;
        } catch (RuntimeException e) {
            return fail("round " + round, e);
        } finally {
            assertThat(Duration.between(start, Instant.now()))
                    .as("round %d", round)
                    .isLessThan(SLOWEST);
        }
    }

    private byte[] mutated(byte[] original, int from, int to) {
        byte[] bytes = original.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes = mutatedOnce(bytes, from, Math.min(to, bytes.length));
        }
        return bytes;
    }

    private byte[] mutatedOnce(byte[] bytes, int from, int to) {
        if (to - from < 2) {
            return bytes;
        }
        int at = random.nextInt(from, to);
        int length = random.nextInt(1, Math.min(40, to - at + 1));
        return switch (random.nextInt(6)) {
            case 0 -> { // one bit
                bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                yield bytes;
            }
            case 1 -> splice(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length)); // twice
            case 2 -> splice(bytes, at, length, new byte[0]); // gone
            case 3 -> splice(bytes, at, 0, piece());
            default -> number(bytes, at, to);
        };
    }

    /** Puts a piece where the next number or word is. */
    private byte[] number(byte[] bytes, int at, int to) {
        int start = at;
        while (start < to && !Character.isLetterOrDigit(bytes[start])) {
            start++;
        }
        int end = start;
        while (end < to && Character.isLetterOrDigit(bytes[end])) {
            end++;
        }
        return splice(bytes, start, end - start, piece());
    }

    private byte[] piece() {
        return PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] splice(byte[] bytes, int at, int removed, byte[] inserted) {
        byte[] spliced = Arrays.copyOf(bytes, bytes.length - removed + inserted.length);
        System.arraycopy(inserted, 0, spliced, at, inserted.length);
        System.arraycopy(bytes, at + removed, spliced, at + inserted.length, bytes.length - at - removed);
        return spliced;
    }

    private static long headerLength(byte[] file) {
        return littleEndian(file).getLong(0);
    }

    /** Writes the length that the mutated header has, so that what is damaged is the JSON. */
    private static byte[] withTrueLength(byte[] mutated, int originalLength, int headerEnd) {
        byte[] bytes = mutated.clone();
        littleEndian(bytes).putLong(0, (long) headerEnd - Long.BYTES + mutated.length - originalLength);
        return bytes;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
