package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.model.CountingBackend;
import dev.exoflux.model.DType;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Shard;
import dev.exoflux.model.SmallFloatForm;
import dev.exoflux.model.weights.Quantization.Affine;
import dev.exoflux.model.weights.Quantization.SmallFloats;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {

    private static final QuantizationSettings NOT_QUANTIZED = settings(Optional.empty());
    private static final QuantizationSettings FOUR_BITS = settings(Optional.of(new Affine(4, 32)));

    @TempDir
    private Path directory;

    private final CountingBackend backend = new CountingBackend();
    private @Nullable Checkpoint checkpoint;

    private static QuantizationSettings settings(Optional<Quantization> common) {
        return new QuantizationSettings(common, Map.of());
    }

    private Weights weights(QuantizationSettings quantization, TensorFile file) {
        file.write(directory.resolve("model.safetensors"));
        checkpoint = Checkpoint.open(directory);
        return new Weights(checkpoint, quantization, backend);
    }

    @AfterEach
    void close() {
        if (checkpoint != null) {
            checkpoint.close();
        }
    }

    @Test
    void loadsDenseMatricesAndVectorsAndFreesThem() {
        TensorFile file = new TensorFile()
                .bf16("a.weight", 1, 3, 5)
                .floats("a.bias", new long[] {3}, 1, 2, 3)
                .bf16("n", 2, 4);
        try (Weights weights = weights(NOT_QUANTIZED, file)) {
            assertThat(weights.matrix("a", 3, 5, true).columns()).isEqualTo(5);
            assertThat(weights.vector("n", 4)).containsExactly(2, 2, 2, 2);
            assertThat(weights.bytes()).isEqualTo(30);
            assertThat(backend.loaded())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            MatrixData.Dense.class,
                            dense -> assertThat(dense.dtype()).isEqualTo(DType.BF16));
            assertThat(backend.unclosed()).isEqualTo(1);
        }
        assertThat(backend.unclosed()).isZero();
    }

    private static TensorFile quantized() {
        return new TensorFile()
                .bytes("a.weight", "U32", new long[] {2, 8}, new byte[64])
                .bf16("a.scales", 1, 2, 2)
                .bf16("a.biases", 1, 2, 2);
    }

    @Test
    void loadsAffineMatrices() {
        try (Weights weights = weights(FOUR_BITS, quantized())) {
            assertThat(weights.matrix("a", 2, 64, false).bytes()).isEqualTo(64 + 8 + 8);
            assertThat(backend.loaded()).singleElement().isInstanceOfSatisfying(MatrixData.Affine.class, affine -> {
                assertThat(affine.bits()).isEqualTo(4);
                assertThat(affine.groupSize()).isEqualTo(32);
                assertThat(affine.scaleType()).isEqualTo(DType.BF16);
            });
        }
    }

    @Test
    void loadsMxfp4Matrices() {
        TensorFile file = new TensorFile()
                .bytes("a.weight", "U32", new long[] {2, 8}, new byte[64])
                .bytes("a.scales", "U8", new long[] {2, 2}, new byte[4]);
        try (Weights weights = weights(settings(Optional.of(new SmallFloats(SmallFloatForm.MXFP4))), file)) {
            assertThat(weights.matrix("a", 2, 64, false).bytes()).isEqualTo(68);
            assertThat(backend.loaded()).singleElement().isInstanceOf(MatrixData.SmallFloats.class);
        }
    }

    @Test
    void leavesALayerWithoutScalesDense() {
        try (Weights weights = weights(FOUR_BITS, new TensorFile().bf16("a.weight", 1, 2, 64))) {
            weights.matrix("a", 2, 64, false);
            assertThat(backend.loaded()).singleElement().isInstanceOf(MatrixData.Dense.class);
        }
    }

    @Test
    void refusesShapesThatTheConfigurationDoesNotAskFor() {
        try (Weights weights = weights(NOT_QUANTIZED, new TensorFile().bf16("a.weight", 1, 3, 5))) {
            assertRefused(
                    () -> weights.matrix("a", 5, 3, false),
                    ErrorCode.MODEL_INVALID,
                    "tensor a.weight has shape [3, 5], config.json asks for [5, 3]");
            assertRefused(
                    () -> weights.vector("a.weight", 15),
                    ErrorCode.MODEL_INVALID,
                    "tensor a.weight has shape [3, 5], config.json asks for [15]");
        }
    }

    @Test
    void refusesWrongShapesOfPackedTensors() {
        try (Weights weights = weights(FOUR_BITS, quantized())) {
            assertRefused(
                    () -> weights.matrix("a", 2, 32, false),
                    ErrorCode.MODEL_INVALID,
                    "tensor a.weight has shape [2, 8], config.json asks for [2, 4]");
            assertRefused(
                    () -> weights.matrix("a", 2, 63, false), ErrorCode.MODEL_INVALID, "63 inputs are no whole number");
        }
    }

    @Test
    void refusesScalesOfAnotherShape() {
        TensorFile file = new TensorFile()
                .bytes("a.weight", "U32", new long[] {2, 8}, new byte[64])
                .bf16("a.scales", 1, 2, 1)
                .bf16("a.biases", 1, 2, 2);
        try (Weights weights = weights(FOUR_BITS, file)) {
            assertRefused(
                    () -> weights.matrix("a", 2, 64, false),
                    ErrorCode.MODEL_INVALID,
                    "tensor a.scales has shape [2, 1], config.json asks for [2, 2]");
        }
    }

    @Test
    void refusesBiasesOfAnotherTypeThanTheScales() {
        TensorFile file = new TensorFile()
                .bytes("a.weight", "U32", new long[] {1, 4}, new byte[16])
                .bf16("a.scales", 1, 1, 1)
                .floats("a.biases", new long[] {1, 1}, 1);
        try (Weights weights = weights(FOUR_BITS, file)) {
            assertRefused(
                    () -> weights.matrix("a", 1, 32, false),
                    ErrorCode.MODEL_INVALID,
                    "tensor a.biases is of dtype F32 where BF16 is needed");
        }
    }

    @Test
    void namesMissingTensors() {
        TensorFile file = new TensorFile().bf16("a.weight", 1, 3, 5).bf16("b.scales", 1, 3, 5);
        try (Weights weights = weights(FOUR_BITS, file)) {
            assertRefused(() -> weights.matrix("a", 3, 5, true), ErrorCode.MODEL_INVALID, "there is no tensor a.bias");
            assertRefused(() -> weights.matrix("b", 3, 64, false), ErrorCode.MODEL_INVALID, "no tensor b.weight");
            assertRefused(() -> weights.matrix("c", 3, 5, false), ErrorCode.MODEL_INVALID, "no tensor c.weight");
            assertRefused(() -> weights.vector("d", 3), ErrorCode.MODEL_INVALID, "no tensor d");
        }
    }

    @Test
    void refusesPackedWeightsThatTheConfigurationDoesNotMention() {
        try (Weights weights = weights(NOT_QUANTIZED, quantized())) {
            assertRefused(
                    () -> weights.matrix("a", 2, 64, false),
                    ErrorCode.MODEL_INVALID,
                    "tensor a.weight is quantised, but config.json has no \"quantization\"");
        }
    }

    @Test
    void refusesNumbersItCannotComputeWith() {
        TensorFile file = new TensorFile()
                .bytes("a.weight", "U8", new long[] {1, 4}, new byte[4])
                .bytes("b.weight", "F8_E4M3", new long[] {1, 4}, new byte[4])
                .bytes("n", "I64", new long[] {1}, new byte[8]);
        try (Weights weights = weights(NOT_QUANTIZED, file)) {
            assertRefused(() -> weights.matrix("a", 1, 4, false), ErrorCode.UNSUPPORTED, "a.weight is of dtype U8");
            assertRefused(
                    () -> weights.matrix("b", 1, 4, false), ErrorCode.UNSUPPORTED, "b.weight is of dtype F8_E4M3");
            assertRefused(() -> weights.vector("n", 1), ErrorCode.UNSUPPORTED, "n is of dtype I64");
        }
    }

    @Test
    void refusesWhatTheArchitectureLeavesOut() {
        TensorFile file = new TensorFile()
                .bf16("model.layers.0.a", 1, 1)
                .bf16("model.layers.0.self_attn.rotary_emb.inv_freq", 1, 1)
                .bf16("model.layers.1.b", 1, 1)
                .bf16("elsewhere", 1, 1);
        try (Weights weights = weights(NOT_QUANTIZED, file)) {
            weights.vector("model.layers.0.a", 1);
            weights.requireNothingLeft(new Shard(new LayerRange(0, 1), 2));
            assertRefused(
                    () -> weights.requireNothingLeft(Shard.whole(2)),
                    ErrorCode.MODEL_INVALID,
                    "model.layers.1.b, which");
            assertRefused(
                    () -> weights.requireNothingLeft(Shard.whole(1)),
                    ErrorCode.MODEL_INVALID,
                    "model.layers.1.b, but by config.json only 1 layers");
        }
    }

    private void assertRefused(ThrowingCallable call, ErrorCode code, String said) {
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(call)
                .withMessageContainingAll(directory.toString(), said)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }
}
