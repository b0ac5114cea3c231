package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every backend must do: each verb against double precision at awkward sizes, and the promise of {@link Ops} that a
 * row's numbers depend on nothing beside it. A backend's test implements {@link #backend()} and has nothing else to say.
 */
public interface BackendContract {

    /** A new backend; the test closes it. */
    Backend backend();

    /**
     * By how much the backend may change an activation before it multiplies it with weights of that form, as a share of the
     * largest magnitude among the row's.
     */
    default double activationError(MatrixData form) {
        return 0;
    }

    /** By how much the sum of a norm may be off, as a share of it, where a library adds in one long chain. */
    default double normError() {
        return 0;
    }

    /** What the backend keeps of a key or a value of one head. */
    default float[] cached(float[] elements) {
        return elements;
    }

    /** What the backend makes of a query of one head before it meets the keys. */
    default float[] asked(float[] elements) {
        return elements;
    }

    // ---- linear

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 16, 33, 64, 207, 1024, 4098})
    default void linearOfDenseMatricesAgreesWithDoublePrecision(int width) {
        for (int outputs : new int[] {1, 15, 50, 131}) {
            for (RandomMatrix matrix : RandomMatrix.dense(outputs, width, width)) {
                assertLinear(matrix, 1, null);
                assertLinear(matrix, 6, null);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64, 96, 128, 320, 1024, 4096})
    default void linearOfQuantisedMatricesAgreesWithDoublePrecision(int width) {
        for (RandomMatrix matrix : RandomMatrix.quantised(43, width, width)) {
            assertLinear(matrix, 1, null);
            assertLinear(matrix, 6, null);
        }
    }

    @Test
    default void linearAddsTheBias() {
        float[] bias = randomFloats(75, 3);
        Stream.concat(RandomMatrix.dense(75, 64, 1).stream(), RandomMatrix.quantised(75, 64, 1).stream())
                .forEach(matrix -> {
                    assertLinear(matrix, 1, bias);
                    assertLinear(matrix, 5, bias);
                });
    }

    private void assertLinear(RandomMatrix matrix, int rows, float @Nullable [] bias) {
        int columns = matrix.data().columns();
        float[] x = randomFloats(rows * columns, rows);
        try (Backend backend = backend();
                Matrix w = backend.load(matrix.data(), bias);
                Ops ops = backend.open()) {
            assertThat(w.rows()).isEqualTo(matrix.data().rows());
            assertThat(w.columns()).isEqualTo(columns);
            float[][] y = read(ops, ops.linear(ops.upload(x, columns), w));
            for (int row = 0; row < rows; row++) {
                for (int out = 0; out < w.rows(); out++) {
                    double exact = bias == null ? 0 : bias[out];
                    double size = Math.abs(exact);
                    double weights = 0;
                    double largest = 0;
                    for (int i = 0; i < columns; i++) {
                        double product = matrix.values()[out][i] * x[row * columns + i];
                        exact += product;
                        size += Math.abs(product);
                        weights += Math.abs(matrix.values()[out][i]);
                        largest = Math.max(largest, Math.abs(x[row * columns + i]));
                    }
                    double rounded = weights * largest * activationError(matrix.data());
                    assertThat((double) y[row][out])
                            .as("%s: row %d, output %d", matrix, row, out)
                            .isCloseTo(exact, within(1e-6 + 4e-6 * size + rounded));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 7, 8, 11, 12, 13, 15, 16, 17, 29})
    default void linearOfARowDoesNotDependOnTheRowsBesideIt(int rows) {
        for (RandomMatrix matrix : forms(70, 192)) {
            float[] x = randomFloats(rows * 192, rows);
            try (Backend backend = backend();
                    Matrix w = backend.load(matrix.data(), null);
                    Ops ops = backend.open()) {
                float[][] together = read(ops, ops.linear(ops.upload(x, 192), w));
                for (int row = 0; row < rows; row++) {
                    float[] alone = Arrays.copyOfRange(x, row * 192, (row + 1) * 192);
                    float[][] product = read(ops, ops.linear(ops.upload(alone, 192), w));
                    SameRows.assertSame(
                            backend, product, new float[][] {together[row]}, matrix + " among " + rows + " rows");
                }
            }
        }
    }

    @Test
    default void linearPassesOnWhatIsNoNumberAndOnlyInItsRow() {
        for (RandomMatrix matrix : forms(40, 64)) {
            float[] x = randomFloats(3 * 64, 1);
            x[64 + 5] = Float.NaN;
            x[2 * 64 + 7] = Float.POSITIVE_INFINITY;
            try (Backend backend = backend();
                    Matrix w = backend.load(matrix.data(), null);
                    Ops ops = backend.open()) {
                float[][] y = read(ops, ops.linear(ops.upload(x, 64), w));
                for (int out = 0; out < w.rows(); out++) {
                    assertThat(y[0][out]).as("%s", matrix).isFinite();
                    assertThat(y[1][out]).as("%s", matrix).isNaN();
                    assertThat(Float.isFinite(y[2][out])).as("%s", matrix).isFalse();
                }
            }
        }
    }

    @Test
    default void tinyInputsAreNotLost() {
        for (RandomMatrix matrix : forms(20, 64)) {
            float[] x = randomFloats(4 * 64, 1);
            for (int i = 0; i < x.length; i++) {
                x[i] *= 0x1p-110f;
            }
            try (Backend backend = backend();
                    Matrix w = backend.load(matrix.data(), null);
                    Ops ops = backend.open()) {
                float[][] together = read(ops, ops.linear(ops.upload(x, 64), w));
                for (int row = 0; row < 4; row++) {
                    float[] alone = Arrays.copyOfRange(x, row * 64, (row + 1) * 64);
                    float[][] product = read(ops, ops.linear(ops.upload(alone, 64), w));
                    SameRows.assertSame(backend, product, new float[][] {together[row]}, matrix.name());
                    assertThat(product[0]).as("%s", matrix).doesNotContain(0f);
                }
            }
        }
    }

    // ---- embed

    @Test
    default void embedLooksUpTheStoredNumbers() {
        for (RandomMatrix table : forms(311, 96)) {
            try (Backend backend = backend();
                    Matrix w = backend.load(table.data(), null);
                    Ops ops = backend.open()) {
                int[] ids = {310, 0, 17, 16, 17};
                float[][] rows = read(ops, ops.embed(w, ids));
                for (int row = 0; row < ids.length; row++) {
                    for (int i = 0; i < 96; i++) {
                        float exact = (float) table.values()[ids[row]][i];
                        assertThat(rows[row][i]).as("%s", table).isCloseTo(exact, within(2 * Math.ulp(exact) + 1e-7f));
                    }
                }
                assertThatThrownBy(() -> ops.embed(w, new int[] {311})).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    // ---- rows of activations

    @Test
    default void rowsAndGatherChooseRows() {
        float[] x = randomFloats(5 * 3, 1);
        try (Backend backend = backend();
                Ops ops = backend.open()) {
            Tensor tensor = ops.upload(x, 3);
            assertThat(tensor.rows()).isEqualTo(5);
            assertThat(tensor.width()).isEqualTo(3);
            float[][] all = read(ops, tensor);
            assertThat(read(ops, ops.rows(tensor, 1, 3))).isDeepEqualTo(new float[][] {all[1], all[2], all[3]});
            assertThat(read(ops, ops.gather(tensor, new int[] {4, 0, 4}))).isDeepEqualTo(new float[][] {
                all[4], all[0], all[4]
            });
            assertThat(read(ops, ops.add(ops.rows(tensor, 1, 2), ops.rows(tensor, 3, 2)))[0])
                    .containsExactly(x[3] + x[9], x[4] + x[10], x[5] + x[11]);
        }
    }

    @Test
    default void uploadCopies() {
        float[] x = {1, 2, 3};
        try (Backend backend = backend();
                Ops ops = backend.open()) {
            Tensor tensor = ops.upload(x, 3);
            x[0] = 9;
            assertThat(read(ops, tensor)[0]).containsExactly(1, 2, 3);
        }
    }

    @Test
    default void keepEndsEveryOtherTensor() {
        try (Backend backend = backend();
                Ops ops = backend.open()) {
            Tensor a = ops.upload(new float[] {1, 2}, 2);
            Tensor b = ops.add(a, a);
            Tensor kept = ops.keep(b);
            for (int i = 0; i < 5; i++) { // takes the memory that became free
                ops.upload(new float[] {7, 7}, 2);
            }
            assertThat(read(ops, kept)[0]).containsExactly(2, 4);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 16, 33, 64, 207, 1024, 4098, 40_000})
    default void addAndSwigluAgreeWithDoublePrecision(int width) {
        float[] a = randomFloats(2 * width, 1);
        float[] b = randomFloats(2 * width, 2);
        try (Backend backend = backend();
                Ops ops = backend.open()) {
            float[][] sum = read(ops, ops.add(ops.upload(a, width), ops.upload(b, width)));
            float[][] gated = read(ops, ops.swiglu(ops.upload(a, width), ops.upload(b, width)));
            for (int i = 0; i < 2 * width; i++) {
                assertThat(sum[i / width][i % width]).isEqualTo(a[i] + b[i]);
                double exact = a[i] / (1 + Math.exp(-a[i])) * b[i];
                assertThat((double) gated[i / width][i % width])
                        .isCloseTo(exact, within(1e-7 + 1e-6 * Math.abs(exact)));
            }
        }
    }

    @Test
    default void swigluAtTheEndsOfTheRange() {
        float[] gate = {-1000, -100, -88, -0f, 0, 88, 100, 1000, Float.NaN, Float.POSITIVE_INFINITY};
        float[] up = new float[gate.length];
        Arrays.fill(up, 2);
        try (Backend backend = backend();
                Ops ops = backend.open()) {
            float[] y = read(ops, ops.swiglu(ops.upload(gate, gate.length), ops.upload(up, gate.length)))[0];
            assertThat(y[0]).isCloseTo(0, within(1e-30f));
            assertThat(y[1]).isCloseTo(0, within(1e-30f));
            assertThat(y[2]).isCloseTo(0, within(1e-30f));
            assertThat(y[4]).isEqualTo(0);
            assertThat(y[5]).isEqualTo(176);
            assertThat(y[6]).isEqualTo(200);
            assertThat(y[7]).isEqualTo(2000);
            assertThat(y[8]).isNaN();
            assertThat(y[9]).isInfinite();
        }
    }

    // ---- rmsNorm and rope

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 1", "7, 1", "16, 1", "33, 1", "64, 1", "207, 1", "1024, 1", "4098, 1", "16, 5", "20, 3"})
    default void rmsNormAgreesWithDoublePrecision(int length, int heads) {
        int width = length * heads;
        float[] x = randomFloats(3 * width, 1);
        float[] weight = randomFloats(length, 2);
        try (Backend backend = backend();
                Ops ops = backend.open()) {
            float[][] y = read(ops, ops.rmsNorm(ops.upload(x, width), weight, 1e-5f));
            for (int start = 0; start < x.length; start += length) {
                double squares = 0;
                for (int i = start; i < start + length; i++) {
                    squares += (double) x[i] * x[i];
                }
                for (int i = start; i < start + length; i++) {
                    double exact = x[i] / Math.sqrt(squares / length + 1e-5f) * weight[i - start];
                    assertThat((double) y[i / width][i % width])
                            .isCloseTo(exact, within(1e-6 + normError() * Math.abs(exact)));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 1, 3", "16, 8, 1", "20, 10, 2", "64, 32, 4", "80, 10, 2", "128, 64, 1"})
    default void ropeRotatesByPosition(int headDim, int half, int heads) {
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            frequencies[i] = (float) Math.pow(10_000, -(double) i / half);
        }
        Rope rope = new Rope(headDim, frequencies, 1.25f);
        int width = heads * headDim;
        int[] positions = {0, 1, 2, 40, 41};
        float[] x = randomFloats(positions.length * width, 1);
        try (Backend backend = backend();
                KvCache first = cacheOf(backend, 0);
                KvCache second = cacheOf(backend, 40);
                Ops ops = backend.open()) {
            Positions at = new Positions(List.of(new Positions.Run(first, 0, 3), new Positions.Run(second, 40, 2)));
            float[][] y = read(ops, ops.rope(ops.upload(x, width), rope, at));
            for (int row = 0; row < positions.length; row++) {
                for (int i = 0; i < width; i++) {
                    double exact = rotated(x, row * width + i, i % headDim, half, positions[row], rope);
                    assertThat((double) y[row][i]).isCloseTo(exact, within(2e-6));
                }
            }
        }
    }

    private static double rotated(float[] x, int at, int i, int half, int position, Rope rope) {
        if (i >= 2 * half) {
            return x[at];
        }
        double angle = position * rope.frequencies()[i % half];
        double cos = Math.cos(angle) * rope.magnitude();
        double sin = Math.sin(angle) * rope.magnitude();
        return i < half ? x[at] * cos - x[at + half] * sin : x[at] * cos + x[at - half] * sin;
    }

    // ---- attention

    /** Several ratios of heads, head sizes that fill no vector, windows; more positions than any block holds. */
    @ParameterizedTest
    @MethodSource("dev.exoflux.model.AttentionCase#all")
    default void attentionAgreesWithDoublePrecisionHoweverThePromptIsCut(AttentionCase attention) {
        try (Backend backend = backend()) {
            float[][] whole = attention.run(backend, attention.positions());
            attention.assertExact(whole, this::asked, this::cached);
            for (int chunk : new int[] {1, 16, 100}) {
                SameRows.assertSame(
                        backend, attention.run(backend, chunk), whole, attention + " in chunks of " + chunk);
            }
        }
    }

    @Test
    default void attentionOfASequenceDoesNotDependOnTheOthersInTheBatch() {
        List<AttentionCase> cases = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            cases.add(new AttentionCase(4, 2, 16, AttentionShape.FULL, 30 + 20 * i, i));
        }
        try (Backend backend = backend()) {
            List<float[][]> together = AttentionCase.runTogether(backend, cases, 30);
            for (int i = 0; i < cases.size(); i++) {
                float[][] alone = cases.get(i).run(backend, cases.get(i).positions());
                SameRows.assertSame(backend, together.get(i), alone, cases.get(i) + " beside others");
            }
        }
    }

    // ---- caches

    @Test
    default void aTrimmedCacheGoesOnAsIfTheRestHadNeverBeen() {
        AttentionCase attention = new AttentionCase(2, 1, 20, AttentionShape.FULL, 150, 1);
        try (Backend backend = backend();
                KvCache cache = backend.newCache(attention.kvShape(), 200)) {
            float[][] expected = attention.run(backend, 150);
            for (int length : new int[] {149, 130, 128, 64, 63, 1, 0}) {
                attention.append(backend, cache, cache.length(), 150 - cache.length());
                cache.trim(length);
                assertThat(cache.length()).isEqualTo(length);
                cache.trim(length + 1);
                assertThat(cache.length()).isEqualTo(length);
                SameRows.assertSame(
                        backend,
                        attention.append(backend, cache, length, 150 - length),
                        Arrays.copyOfRange(expected, length, 150),
                        "attention");
                cache.trim(length);
            }
        }
    }

    @Test
    default void aPassThatIsNotDeclaredLeavesTheCacheAsItWas() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 70, 1);
        AttentionCase other = new AttentionCase(2, 1, 16, AttentionShape.FULL, 70, 2);
        try (Backend backend = backend();
                KvCache cache = backend.newCache(attention.kvShape(), 100)) {
            attention.append(backend, cache, 0, 60);
            other.pass(backend, cache, 60, 10); // failed: never extended
            assertThat(cache.length()).isEqualTo(60);
            SameRows.assertSame(
                    backend,
                    attention.append(backend, cache, 60, 10),
                    Arrays.copyOfRange(attention.run(backend, 70), 60, 70),
                    "attention");
        }
    }

    @Test
    default void aCacheTakesMemoryAsItGrowsAndGivesItBack() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 300, 1);
        try (Backend backend = backend();
                KvCache cache = backend.newCache(attention.kvShape(), 1_000_000)) {
            assertThat(cache.bytes()).isZero();
            assertThat(cache.capacity()).isEqualTo(1_000_000);
            attention.append(backend, cache, 0, 300);
            long perPosition = backend.cacheBytesPerPosition(attention.kvShape());
            assertThat(cache.bytes()).isBetween(300 * perPosition, 600 * perPosition);
            cache.trim(0);
            assertThat(cache.bytes()).isLessThanOrEqualTo(300 * perPosition);
        }
    }

    @Test
    default void aCacheRefusesMoreThanItsCapacityAndGaps() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 30, 1);
        try (Backend backend = backend();
                KvCache cache = backend.newCache(attention.kvShape(), 20)) {
            assertThatThrownBy(() -> attention.append(backend, cache, 0, 21))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTEXT_EXCEEDED));
            attention.append(backend, cache, 0, 20);
            cache.trim(10);
            assertThatThrownBy(() -> attention.append(backend, cache, 11, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void aCacheClosesOnceAndIsNotUsedAfterwards() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 30, 1);
        try (Backend backend = backend()) {
            KvCache cache = backend.newCache(attention.kvShape(), 20);
            attention.append(backend, cache, 0, 10);
            cache.close();
            cache.close();
            assertThat(cache.bytes()).isZero();
            assertThatThrownBy(() -> attention.append(backend, cache, 0, 1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> cache.trim(0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> cache.extend(1)).isInstanceOf(IllegalStateException.class);
        }
    }

    // ---- forks of caches

    /** At, before and after the borders of blocks: both go their own way as if they had never met. */
    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 100, 128, 129, 150})
    default void aForkAndItsSourceGiveTheBitsOfRunsOfTheirOwn(int length) {
        AttentionCase attention = new AttentionCase(4, 2, 20, AttentionShape.FULL, 300, 1);
        AttentionCase other = new AttentionCase(4, 2, 20, AttentionShape.FULL, 300, 2);
        try (Backend backend = backend();
                KvCache expected = backend.newCache(attention.kvShape(), 300);
                KvCache source = backend.newCache(attention.kvShape(), 300)) {
            attention.append(backend, expected, 0, length);
            float[][] diverged = other.append(backend, expected, length, 300 - length);
            attention.append(backend, source, 0, 150);

            try (KvCache fork = source.fork(length, 300)) {
                assertThat(fork.length()).isEqualTo(length);
                assertThat(fork.capacity()).isEqualTo(300);
                List<float[]> rows = new ArrayList<>();
                for (int at = length; at < 300; at += 30) { // by turns, the fork first
                    int count = Math.min(30, 300 - at);
                    rows.addAll(List.of(other.append(backend, fork, at, count)));
                    attention.append(backend, source, source.length(), Math.min(7, 300 - source.length()));
                }
                SameRows.assertSame(backend, rows.toArray(float[][]::new), diverged, "attention");
            }
            float[][] whole = attention.run(backend, 300);
            int held = source.length();
            SameRows.assertSame(
                    backend,
                    attention.append(backend, source, held, 300 - held),
                    Arrays.copyOfRange(whole, held, 300),
                    "attention");
        }
    }

    @Test
    default void aForkOutlivesItsSourceAndMayBeForkedItself() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 200, 1);
        try (Backend backend = backend()) {
            float[][] whole = attention.run(backend, 200);
            KvCache source = backend.newCache(attention.kvShape(), 200);
            attention.append(backend, source, 0, 150);
            KvCache fork = source.fork(140, 200);
            KvCache second = fork.fork(100, 200);
            source.close();
            assertThat(source.bytes()).isZero();
            SameRows.assertSame(
                    backend,
                    attention.append(backend, fork, 140, 60),
                    Arrays.copyOfRange(whole, 140, 200),
                    "attention");
            fork.close();
            SameRows.assertSame(
                    backend,
                    attention.append(backend, second, 100, 100),
                    Arrays.copyOfRange(whole, 100, 200),
                    "attention");
            second.close();
            assertThat(second.bytes()).isZero();
        }
    }

    /** A draft is taken back behind the fork's end: what is written there then must not be seen in the fork. */
    @Test
    default void aForkDoesNotSeeWhatIsTrimmedAndWrittenAnew() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 200, 1);
        AttentionCase other = new AttentionCase(2, 1, 16, AttentionShape.FULL, 200, 2);
        try (Backend backend = backend();
                KvCache source = backend.newCache(attention.kvShape(), 200)) {
            float[][] whole = attention.run(backend, 200);
            attention.append(backend, source, 0, 150);
            try (KvCache fork = source.fork(120, 200)) {
                source.trim(70);
                other.append(backend, source, 70, 130);
                SameRows.assertSame(
                        backend,
                        attention.append(backend, fork, 120, 80),
                        Arrays.copyOfRange(whole, 120, 200),
                        "attention");
                source.trim(40);
                other.append(backend, source, 40, 10);
                fork.trim(90);
                SameRows.assertSame(
                        backend,
                        attention.append(backend, fork, 90, 110),
                        Arrays.copyOfRange(whole, 90, 200),
                        "attention");
                try (KvCache second = fork.fork(110, 200)) {
                    fork.trim(100);
                    other.append(backend, fork, 100, 50);
                    second.trim(105);
                    SameRows.assertSame(
                            backend,
                            attention.append(backend, second, 105, 95),
                            Arrays.copyOfRange(whole, 105, 200),
                            "attention");
                }
            }
        }
    }

    @Test
    default void aForkIsNoLongerThanItsSourceAndItsCapacity() {
        AttentionCase attention = new AttentionCase(2, 1, 16, AttentionShape.FULL, 50, 1);
        try (Backend backend = backend()) {
            KvCache source = backend.newCache(attention.kvShape(), 50);
            attention.append(backend, source, 0, 30);
            try (KvCache empty = source.fork(0, 50)) {
                SameRows.assertSame(
                        backend, attention.append(backend, empty, 0, 50), attention.run(backend, 50), "attention");
            }
            assertThatThrownBy(() -> source.fork(31, 50)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> source.fork(30, 29)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> source.fork(-1, 50)).isInstanceOf(IllegalArgumentException.class);
            try (KvCache fork = source.fork(20, 25)) {
                assertThatThrownBy(() -> attention.append(backend, fork, 20, 6)).isInstanceOf(ExofluxException.class);
                attention.append(backend, fork, 20, 5);
            }
            source.close();
            assertThatThrownBy(() -> source.fork(1, 50)).isInstanceOf(IllegalStateException.class);
        }
    }

    // ---- passes

    @Test
    default void passesOfSeveralThreadsGiveWhatTheyGiveAlone() throws InterruptedException, ExecutionException {
        RandomMatrix matrix = RandomMatrix.affine(300, 256, 4, 64, DType.BF16, 1);
        try (Backend backend = backend();
                Matrix w = backend.load(matrix.data(), null);
                var threads = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> same = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                float[] x = randomFloats((1 + thread) * 256, thread);
                same.add(threads.submit(() -> {
                    float[][] expected = product(backend, w, x);
                    boolean equal = true;
                    for (int round = 0; round < 50; round++) {
                        equal &= Arrays.deepEquals(product(backend, w, x), expected);
                    }
                    return equal;
                }));
            }
            for (Future<Boolean> future : same) {
                assertThat(future.get()).isTrue();
            }
        }
    }

    private static float[][] product(Backend backend, Matrix w, float[] x) {
        try (Ops ops = backend.open()) {
            return read(ops, ops.linear(ops.upload(x, w.columns()), w));
        }
    }

    @Test
    default void aTensorEndsWithItsPass() {
        try (Backend backend = backend()) {
            Ops ops = backend.open();
            Tensor x = ops.upload(new float[] {1, 2}, 2);
            ops.close();
            ops.close();
            try (Ops next = backend.open()) {
                assertThatThrownBy(() -> next.read(x, 0, new float[2])).isInstanceOf(IllegalStateException.class);
            }
            assertThatThrownBy(() -> ops.upload(new float[] {1, 2}, 2)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    default void shapesThatDoNotGoTogetherAreRefused() {
        RandomMatrix matrix = RandomMatrix.dense(3, 4, DType.F32, 1);
        try (Backend backend = backend();
                Matrix w = backend.load(matrix.data(), null);
                Ops ops = backend.open()) {
            Tensor x = ops.upload(new float[6], 3);
            Tensor y = ops.upload(new float[6], 2);
            assertThatThrownBy(() -> ops.linear(x, w)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ops.add(x, y)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ops.swiglu(x, y)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ops.rmsNorm(x, new float[2], 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ops.rows(x, 1, 2)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ops.upload(new float[5], 2)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void formsThatLieAreRefused() {
        MatrixData.Affine good = (MatrixData.Affine)
                RandomMatrix.affine(4, 64, 4, 32, DType.F16, 1).data();
        try (Backend backend = backend()) {
            assertRefused(
                    backend,
                    ErrorCode.UNSUPPORTED,
                    new MatrixData.Affine(4, 64, 7, 32, good.packed(), DType.F16, good.scales(), good.biases()));
            assertRefused(
                    backend,
                    ErrorCode.UNSUPPORTED,
                    new MatrixData.Affine(4, 64, 4, 16, good.packed(), DType.F16, good.scales(), good.biases()));
            assertRefused(
                    backend,
                    ErrorCode.MODEL_INVALID,
                    new MatrixData.Affine(
                            4, 64, 4, 32, good.packed().asSlice(1), DType.F16, good.scales(), good.biases()));
            assertRefused(
                    backend,
                    ErrorCode.MODEL_INVALID,
                    new MatrixData.Affine(4, 64, 4, 32, good.packed(), DType.F32, good.scales(), good.biases()));
        }
    }

    private static void assertRefused(Backend backend, ErrorCode code, MatrixData data) {
        assertThatThrownBy(() -> backend.load(data, null))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    // ---- helpers

    private static List<RandomMatrix> forms(int rows, int columns) {
        List<RandomMatrix> forms = new ArrayList<>(RandomMatrix.dense(rows, columns, 1));
        forms.addAll(RandomMatrix.quantised(rows, columns, 1));
        return forms;
    }

    /** A cache of one tiny layer that holds {@code length} positions. */
    private static KvCache cacheOf(Backend backend, int length) {
        AttentionCase filler = new AttentionCase(1, 1, 4, AttentionShape.FULL, Math.max(1, length), 1);
        KvCache cache = backend.newCache(filler.kvShape(), 100);
        if (length > 0) {
            filler.append(backend, cache, 0, length);
        }
        return cache;
    }

    private static float[] randomFloats(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = random.nextFloat(-2, 2);
        }
        return floats;
    }

    private static float[][] read(Ops ops, Tensor x) {
        float[][] rows = new float[x.rows()][x.width()];
        for (int row = 0; row < rows.length; row++) {
            ops.read(x, row, rows[row]);
        }
        return rows;
    }
}
