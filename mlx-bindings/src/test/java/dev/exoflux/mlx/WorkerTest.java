package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.AttentionCase;
import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.RandomMatrix;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.TestCheckpoints;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MLX in a process of its own: the same numbers, and an end of that process that costs no more than what it held. */
final class WorkerTest {

    private static final AttentionCase CASE = new AttentionCase(2, 1, 16, AttentionShape.FULL, 40, 1);

    private static final int ANSWER = 60;

    private MlxBackend backend;
    private long pid;

    @BeforeEach
    void start() {
        backend = TestMlx.backend(MlxSettings.of(null, MlxActivations.F32));
        pid = worker();
    }

    @AfterEach
    void stop() {
        if (backend != null) {
            backend.close();
        }
    }

    private long worker() {
        return backend.process().orElseThrow().pid();
    }

    private static ProcessHandle process(long pid) {
        return ProcessHandle.of(pid).orElseThrow();
    }

    @Test
    void computesWhatMlxComputesInThisProcess() {
        try (MlxBackend local = TestMlx.backend()) {
            assertThat(CASE.run(backend, 7)).isDeepEqualTo(CASE.run(local, 7));
        }
    }

    /** More than the memory that both share has room for, both ways. */
    @Test
    void whatIsLargeComesAndGoesInPieces() {
        int width = 2_500_000;
        try (Ops ops = backend.open()) {
            float[] values = new float[2 * width];
            for (int i = 0; i < values.length; i++) {
                values[i] = i;
            }
            Tensor x = ops.upload(values, width);
            float[] row = new float[width];
            ops.read(ops.add(x, x), 1, row);
            for (int i = 0; i < width; i++) {
                assertThat(row[i]).isEqualTo(2 * values[width + i]);
            }
        }
    }

    @Test
    void aLargeMatrixIsWhatItWasInOnePiece() {
        try (MlxBackend local = TestMlx.backend()) {
            for (RandomMatrix matrix : RandomMatrix.dense(9_000, 512, 1)) {
                assertThat(product(backend, matrix)).containsExactly(product(local, matrix));
            }
        }
    }

    private static float[] product(MlxBackend on, RandomMatrix matrix) {
        float[] out = new float[matrix.data().rows()];
        float[] x = new float[matrix.data().columns()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i % 7 - 3) * 0.25f;
        }
        try (Matrix loaded = on.load(matrix.data(), null);
                Ops ops = on.open()) {
            ops.read(ops.linear(ops.upload(x, x.length), loaded), 0, out);
        }
        return out;
    }

    @Test
    void modelsAndCachesLeaveNothingThere() {
        ModelDirectory directory = ModelDirectory.open("model", TestCheckpoints.named("qwen2-q4-g32"));
        long bytes = backend.activeBytes();
        long handles = backend.liveHandles();
        for (int i = 0; i < 3; i++) {
            Architectures.load(directory, Shard.whole(directory.config().layers()), backend)
                    .close();
            CASE.run(backend, 7);
        }
        assertThat(backend.activeBytes()).isEqualTo(bytes);
        assertThat(backend.liveHandles()).isEqualTo(handles);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "SEGV", "ABRT", "STOP"})
    void aLostProcessIsToldSoonAndAnotherOneStarted(String signal) throws IOException {
        KvCache cache = backend.newCache(CASE.kvShape(), 40);
        CASE.append(backend, cache, 0, 30);
        long before = System.nanoTime();
        signal(signal);
        assertThatThrownBy(() -> {
                    while (true) {
                        CASE.run(backend, 7);
                    }
                })
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_LOST))
                .hasMessageContaining("its process " + pid);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        ModelDirectory directory = ModelDirectory.open("model", TestCheckpoints.named("qwen2-q4-g32"));
        try (CausalLm model =
                Architectures.load(directory, Shard.whole(directory.config().layers()), backend)) {
            assertThat(model.weightBytes()).isPositive();
            assertThat(CASE.run(backend, 40)).hasDimensions(40, 32);
            assertThatThrownBy(() -> CASE.append(backend, cache, 30, 1))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_LOST));
            cache.close();
        }
        assertThat(backend.residentBytes()).isZero();
        assertThat(worker()).isNotEqualTo(pid);
        assertThat(process(worker()).isAlive()).isTrue();
    }

    /** The threads that show life go on meanwhile. */
    @Test
    void aPassThatDoesNotEndIsGivenUp() {
        try (MlxBackend impatient = new MlxBackend(() -> WorkerEngine.start(
                MlxBackends.library(null),
                MlxSettings.of(null, MlxActivations.F32),
                new Patience(Duration.ofMillis(300))))) {
            assertThat(CASE.run(impatient, 7)).isDeepEqualTo(CASE.run(backend, 7));
            assertThatThrownBy(() -> computeForLong(impatient))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_LOST))
                    .hasMessageMatching(
                            "(?s)MLX was lost: its process \\d+ computed for 0\\.[46] s without an end\\..*");
            try (Matrix loaded =
                    impatient.load(RandomMatrix.dense(8, 8, 1).getFirst().data(), null)) {
                assertThat(loaded.rows()).isEqualTo(8);
                assertThat(CASE.run(impatient, 7)).hasDimensions(40, 32);
            }
        }
    }

    /** Some seconds, of what patience counts as nothing. */
    private static void computeForLong(MlxBackend on) {
        int width = 4_000_000;
        try (Ops ops = on.open()) {
            Tensor x = ops.upload(new float[width], width);
            for (int i = 0; i < 200; i++) {
                x = ops.keep(ops.swiglu(x, x));
            }
            ops.read(x, 0, new float[width]);
        }
    }

    /** As on a GPU, where it is lost in the middle of an answer. */
    @Test
    void computingAheadItAnswersTheSameBeforeAndAfterItIsLost() throws IOException {
        try (MlxBackend ahead =
                        TestMlx.backend(MlxSettings.of(null, MlxActivations.F32).aheadEverywhere());
                MlxBackend local = TestMlx.backend()) {
            List<Integer> expected = greedy(local, step -> {});
            assertThat(greedy(ahead, step -> {})).isEqualTo(expected);
            ProcessHandle worker = ahead.process().orElseThrow();
            assertThatThrownBy(() -> greedy(ahead, step -> {
                        if (step == ANSWER / 2) {
                            worker.destroyForcibly();
                        }
                    }))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_LOST));
            assertThat(greedy(ahead, step -> {})).isEqualTo(expected);
            assertThat(ahead.residentBytes()).isZero();
        }
    }

    private static List<Integer> greedy(MlxBackend on, IntConsumer before) {
        ModelDirectory directory = ModelDirectory.open("model", TestCheckpoints.named("llama-q4-g64-tied"));
        List<Integer> tokens = new ArrayList<>(List.of(7));
        try (CausalLm model = Architectures.load(
                        directory, Shard.whole(directory.config().layers()), on);
                KvCache cache = model.newCache(ANSWER)) {
            float[] logits = new float[model.vocabularySize()];
            for (int step = 0; step < ANSWER; step++) {
                before.accept(step);
                Positions at = new Positions(List.of(new Positions.Run(cache, step, 1)));
                try (Ops ops = on.open()) {
                    Tensor hidden = model.layers(ops, model.embed(ops, new int[] {tokens.getLast()}), at);
                    ops.read(model.logits(ops, hidden), 0, logits);
                }
                cache.extend(step + 1);
                tokens.add(IntStream.range(0, logits.length)
                        .reduce((best, id) -> logits[id] > logits[best] ? id : best)
                        .orElseThrow());
            }
        }
        return tokens;
    }

    private void signal(String name) throws IOException {
        run("kill", "-" + name, Long.toString(pid));
    }

    private static void run(String... command) throws IOException {
        assertThat(new ProcessBuilder(command).start().onExit().join().exitValue())
                .isZero();
    }

    /** MLX does not ask whether it got what it wants: what is not counted before ends its process, or it says so. */
    @Test
    void whatDoesNotFitCostsNoMoreThanTheWorker() throws IOException {
        long held = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
        run("prlimit", "--pid", Long.toString(pid), "--as=" + (held + (64L << 20)));
        int width = 20_000_000;
        assertThatThrownBy(() -> {
                    try (Ops ops = backend.open()) {
                        Tensor x = ops.upload(new float[width], width);
                        Tensor y = ops.add(ops.add(x, x), ops.swiglu(x, x));
                        ops.read(ops.add(y, ops.swiglu(y, x)), 0, new float[width]);
                    }
                })
                .isInstanceOfSatisfying(
                        ExofluxException.class,
                        e -> assertThat(e.code()).isIn(ErrorCode.BACKEND_LOST, ErrorCode.OUT_OF_MEMORY));
        try (Matrix loaded = backend.load(RandomMatrix.dense(8, 8, 1).getFirst().data(), null)) {
            assertThat(loaded.rows()).isEqualTo(8);
            assertThat(CASE.run(backend, 7)).hasDimensions(40, 32);
        }
    }

    @Test
    void moreThanItsMemoryIsRefused() {
        try (MlxBackend small =
                TestMlx.backend(MlxSettings.of(null, MlxActivations.F32).within(1 << 20))) {
            assertThat(small.availableBytes()).isEqualTo(1 << 20);
            assertThatThrownBy(() -> small.load(
                            RandomMatrix.dense(1024, 512, 1).getFirst().data(), null))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
                    .hasMessageContaining(
                            "1024 x 512 weights take 2 MiB, and of the 1 MiB that MLX may use 1 are left");
            assertThat(CASE.run(small, 7)).hasDimensions(40, 32);
        }
    }

    @Test
    void whatATerminalSendsToBothIsNotForTheWorker() throws IOException {
        signal("INT");
        signal("TERM");
        signal("HUP");
        assertThat(CASE.run(backend, 7)).hasDimensions(40, 32);
        assertThat(process(pid).isAlive()).isTrue();
    }

    @Test
    void endsWithItsBackendAndLeavesNoFiles() throws IOException {
        assertThat(files()).isEmpty();
        ProcessHandle worker = process(pid);
        backend.close();
        worker.onExit().orTimeout(5, TimeUnit.SECONDS).join();
        assertThat(files()).isEmpty();
    }

    private static Set<Path> files() throws IOException {
        try (Stream<Path> temporary = Files.list(Path.of(System.getProperty("java.io.tmpdir")));
                Stream<Path> memory =
                        Files.isDirectory(Path.of("/dev/shm")) ? Files.list(Path.of("/dev/shm")) : Stream.of()) {
            return Stream.concat(temporary, memory)
                    .filter(path -> path.getFileName().toString().startsWith("exoflux-mlx-"))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void aLibraryThatCannotBeLoadedIsToldAsIfItWereHere() {
        assertThatThrownBy(() ->
                        WorkerEngine.start(Path.of("/nowhere/libmlxc.so"), MlxSettings.of(null, MlxActivations.F32)))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION))
                .hasMessageContaining("/nowhere/libmlxc.so cannot be loaded");
    }

    @Test
    void passesGoOnAfterAnInterrupt() {
        Thread.currentThread().interrupt();
        try (Ops ops = backend.open()) {
            float[] row = new float[2];
            ops.read(ops.upload(new float[] {1, 2}, 2), 0, row);
            assertThat(row).containsExactly(1, 2);
        }
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void measuresHowFastItReads() {
        RandomMatrix matrix = RandomMatrix.dense(512, 512, 1).getFirst();
        try (Matrix loaded = backend.load(matrix.data(), null)) {
            assertThat(backend.readSpeed(loaded)).isGreaterThan(1_000_000);
        }
    }
}
