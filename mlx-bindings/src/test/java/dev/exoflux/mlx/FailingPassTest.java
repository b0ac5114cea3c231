package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.AttentionCase;
import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What MLX refuses becomes an error that says what was asked, and costs no more than the pass. */
final class FailingPassTest {

    private static final AttentionCase CASE = new AttentionCase(2, 1, 16, AttentionShape.FULL, 40, 1);
    private static final AttentionShape SHAPE = new AttentionShape(1, 2, 1, 16, 0.25f, AttentionShape.FULL);

    private MlxBackend backend;
    private MlxThread thread;
    private MlxRuntime mlx;
    private LocalEngine engine;
    private Constants constants;

    @BeforeEach
    void start() {
        backend = TestMlx.backend();
        LocalMlx local = LocalMlx.start(MlxBackends.library(null), 0);
        thread = local.thread();
        mlx = local.runtime();
        engine = new LocalEngine(local, new Interpreter(local.runtime(), ArrayType.F32, false, Parts.WHOLE));
        constants = new Constants(engine);
    }

    @AfterEach
    void stop() {
        if (backend != null) {
            backend.close();
        }
    }

    @Test
    void anErrorHasMlxsTextTheOperationAndTheShapes() {
        try (MlxOps ops = new MlxOps(engine, constants)) {
            MlxTensor x = (MlxTensor) ops.upload(new float[6], 3);
            MlxTensor y = (MlxTensor) ops.upload(new float[20], 5);
            addUnchecked(ops, x, y);
            assertThatThrownBy(() -> ops.read(x, 0, new float[3])).isInstanceOfSatisfying(ExofluxException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL);
                assertThat(e)
                        .hasMessageContaining("add of [2, 3] and [4, 5]")
                        .hasMessageContaining("(4,5)") // MLX's own words
                        .hasMessageContaining("\nMaybe ")
                        .message()
                        .doesNotContain(".cpp");
            });
        }
        assertThat(CASE.run(backend, 7)).hasDimensions(40, 32);
    }

    /** What no verb lets pass. */
    private static void addUnchecked(MlxOps ops, MlxTensor a, MlxTensor b) {
        ops.steps().verb(Verb.ADD).with(a.number()).with(b.number());
    }

    @Test
    void aPassThatMlxRefusesToBuildLeavesTheCacheAsItWas() {
        float[][] whole = CASE.run(backend, 40);
        try (MlxBackend other = new MlxBackend(() -> engine);
                KvCache cache = other.newCache(CASE.kvShape(), 40)) {
            CASE.append(other, cache, 0, 30);
            long handles = other.liveHandles();
            assertThatThrownBy(() -> attend(cache, (ops, y) -> {
                        addUnchecked(ops, y, (MlxTensor) ops.upload(new float[3 * 7], 7));
                        return y;
                    }))
                    .hasMessageContaining("add of [3, 32] and [3, 7]");
            assertThat(other.liveHandles()).isEqualTo(handles);
            float[][] rest = CASE.append(other, cache, 30, 10);
            assertThat(rest[9]).usingComparatorWithPrecision(1e-5f).containsExactly(whole[39]);
        }
    }

    @Test
    void aPassThatCannotBeComputedSaysSoAndLosesItsCachesAlone() {
        float[] weights = new float[32];
        int poisoned = constants.norm(weights);
        thread.call(() -> {
            engine.interpreter().held().constant(poisoned, inverseOfZeros());
            return true;
        });
        try (MlxBackend own = new MlxBackend(() -> engine);
                KvCache cache = own.newCache(CASE.kvShape(), 40);
                KvCache other = own.newCache(CASE.kvShape(), 40)) {
            CASE.append(own, cache, 0, 30);
            CASE.append(own, other, 0, 30);
            long handles = own.liveHandles();
            assertThatThrownBy(() -> attend(cache, (ops, y) -> ops.rmsNorm(y, weights, 1e-5f)))
                    .isInstanceOf(ExofluxException.class)
                    .hasMessageContaining("MLX failed in evaluate")
                    .hasMessageContaining("LU factorization failed");
            assertThat(own.liveHandles()).isEqualTo(handles);
            assertThatThrownBy(() -> CASE.append(own, cache, 30, 1)).hasMessageContaining("lost in a pass");
            assertThat(CASE.append(own, other, 30, 1)).hasDimensions(1, 32);
            cache.trim(0);
            float[][] anew = CASE.append(own, cache, 0, 40);
            assertThat(anew[39]).usingComparatorWithPrecision(1e-5f).containsExactly(CASE.run(own, 40)[39]);
        }
    }

    /** A row of the inverse of a matrix that has none: built without complaint, and found out when it is computed. */
    @SuppressWarnings("restricted") // a function that we do not bind
    private long inverseOfZeros() {
        MemorySegment out = mlx.cells().out();
        MethodHandle inverse = Linker.nativeLinker()
                .downcallHandle(
                        SymbolLookup.libraryLookup(mlx.library().path(), Arena.global())
                                .findOrThrow("mlx_linalg_inv"),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
        try (Graph graph = new Graph(mlx)) {
            int status = (int) inverse.invokeExact(
                    out,
                    graph.array(MemorySegment.ofArray(new float[32 * 32]), ArrayType.F32, 32, 32),
                    mlx.device().stream());
            assertThat(status).isZero();
            long inverted = graph.own(mlx.cells().result());
            return graph.give(graph.reshape(graph.slice(inverted, new int[] {0, 0}, new int[] {1, 32}), 32));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private interface More {
        Tensor write(MlxOps ops, MlxTensor y);
    }

    /** A pass of three tokens from position 30 on, and {@code more}, of which the result is read. */
    private void attend(KvCache cache, More more) {
        float[] numbers = new float[3 * 32];
        Arrays.fill(numbers, 0.5f);
        try (MlxOps ops = new MlxOps(engine, constants)) {
            Tensor q = ops.upload(numbers, 32);
            Tensor kv = ops.upload(Arrays.copyOf(numbers, 3 * 16), 16);
            Tensor y = ops.attention(q, kv, kv, SHAPE, new Positions(List.of(new Positions.Run(cache, 30, 3))));
            ops.read(more.write(ops, (MlxTensor) y), 0, new float[32]);
        }
    }

    /** MLX itself would end the process: it does not ask whether it got what it allocates. */
    @Test
    void whatDoesNotFitIsRefusedBeforeMlxIsAsked() {
        KvShape huge = new KvShape(100, 1_000, 1_000);
        try (KvCache cache = backend.newCache(huge, 1 << 20);
                Ops ops = backend.open()) {
            Tensor x = ops.upload(new float[1_000_000], 1_000_000);
            AttentionShape shape = new AttentionShape(0, 1_000, 1_000, 1_000, 1, AttentionShape.FULL);
            Positions at = new Positions(List.of(new Positions.Run(cache, 0, 1)));
            assertThatThrownBy(() -> ops.attention(x, x, x, shape, at))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
                    .hasMessageContaining("a KV cache of 256 positions");
            assertThat(backend.residentBytes()).isZero();
        }
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
}
