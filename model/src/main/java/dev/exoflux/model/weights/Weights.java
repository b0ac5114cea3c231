package dev.exoflux.model.weights;

import static dev.exoflux.model.weights.ModelErrors.invalid;
import static dev.exoflux.model.weights.ModelErrors.shown;
import static dev.exoflux.model.weights.ModelErrors.unsupported;

import dev.exoflux.model.Backend;
import dev.exoflux.model.DType;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Shard;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The weights that one shard of a model has taken from a checkpoint into a backend. Only what is asked for is read, and
 * every shape is checked against what the architecture expects.
 *
 * <p>Owns the matrices it made, until {@link #close()}; what it returns does not depend on the checkpoint any more. For one
 * thread at a time.
 */
public final class Weights implements AutoCloseable {

    /** Old checkpoints store what follows from the configuration. */
    private static final String DERIVED = ".rotary_emb.inv_freq";

    private final Checkpoint checkpoint;
    private final QuantizationSettings quantization;
    private final Backend backend;
    private final Set<String> used = new HashSet<>();
    private final Deque<Matrix> made = new ArrayDeque<>();

    public Weights(Checkpoint checkpoint, QuantizationSettings quantization, Backend backend) {
        this.checkpoint = checkpoint;
        this.quantization = quantization;
        this.backend = backend;
    }

    /**
     * A linear layer or embedding table {@code [rows, columns]}: {@code <layer>.weight}, with {@code .scales} and
     * {@code .biases} where it is quantised.
     *
     * @param bias whether the layer has a {@code <layer>.bias} too
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID for a missing tensor or a wrong shape, UNSUPPORTED for a type
     */
    public Matrix matrix(String layer, int rows, int columns, boolean bias) {
        float[] biases = bias ? vector(layer + ".bias", rows) : null;
        return load(data(layer, rows, columns), biases);
    }

    /** A vector of norms or biases, widened to f32. */
    public float[] vector(String name, int length) {
        StoredTensor tensor = tensor(name);
        requireShape(tensor, length);
        requireFloat(tensor);
        return tensor.toFloats();
    }

    /** Bytes that the matrices take, each as {@link Matrix#bytes()} has it. */
    public long bytes() {
        return made.stream().mapToLong(Matrix::bytes).sum();
    }

    /** Bytes a second at which the largest matrix can be read, as {@link Backend#readSpeed} has it; 0 if there is none. */
    public long readSpeed() {
        return made.stream()
                .max(Comparator.comparingLong(Matrix::bytes))
                .map(backend::readSpeed)
                .orElse(0L);
    }

    /** Where the matrices are. */
    public Backend backend() {
        return backend;
    }

    /**
     * Refuses a checkpoint that holds more for a model's layers than the architecture asked for: what it was trained with
     * would be left out of the computation without a word.
     *
     * @param loaded the layers that have been loaded
     */
    public void requireNothingLeft(Shard loaded) {
        for (String name : checkpoint.names()) {
            if (!used.contains(name) && !name.endsWith(DERIVED)) {
                TensorNames.layerOf(name).ifPresent(layer -> requireElsewhere(name, layer, loaded));
            }
        }
    }

    private void requireElsewhere(String name, int layer, Shard loaded) {
        if (layer >= loaded.modelLayers()) {
            throw invalid(
                    checkpoint.fileOf(name),
                    "there is a tensor " + shown(name) + ", but by config.json only " + loaded.modelLayers()
                            + " layers");
        }
        if (loaded.layers().from() <= layer && layer < loaded.layers().to()) {
            throw invalid(
                    checkpoint.fileOf(name),
                    "there is a tensor " + shown(name) + ", which the architecture has no place for"
                            + "\nMaybe config.json names the wrong one, or lacks a setting such as attention_bias.");
        }
    }

    private StoredTensor tensor(String name) {
        used.add(name);
        return checkpoint.tensor(name);
    }

    private Matrix load(MatrixData data, float @Nullable [] biases) {
        Matrix matrix = backend.load(data, biases);
        made.push(matrix);
        return matrix;
    }

    private MatrixData data(String layer, int rows, int columns) {
        boolean stored = checkpoint.has(layer + ".scales");
        Optional<Quantization> packing = quantization.of(layer, stored);
        if (packing.isEmpty()) {
            if (stored && quantization.common().isEmpty()) {
                throw invalid(
                        checkpoint.fileOf(layer + ".scales"),
                        "tensor " + layer + ".weight is quantised, but config.json has no \"quantization\"");
            }
            return dense(tensor(layer + ".weight"), rows, columns);
        }
        return switch (packing.get()) {
            case Quantization.Affine affine -> affine(layer, affine, rows, columns);
            case Quantization.SmallFloats floats -> smallFloats(layer, floats, rows, columns);
        };
    }

    private MatrixData.Dense dense(StoredTensor weight, int rows, int columns) {
        requireFloat(weight);
        requireShape(weight, rows, columns);
        return new MatrixData.Dense(rows, columns, weight.dtype(), weight.bytes());
    }

    private MatrixData.Affine affine(String layer, Quantization.Affine affine, int rows, int columns) {
        StoredTensor packed = packed(layer, affine, rows, columns);
        StoredTensor scales = tensor(layer + ".scales");
        StoredTensor biases = tensor(layer + ".biases");
        requireFloat(scales);
        requireType(biases, scales.dtype());
        requireShape(scales, rows, columns / affine.groupSize());
        requireShape(biases, rows, columns / affine.groupSize());
        return new MatrixData.Affine(
                rows,
                columns,
                affine.bits(),
                affine.groupSize(),
                packed.bytes(),
                scales.dtype(),
                scales.bytes(),
                biases.bytes());
    }

    private MatrixData.SmallFloats smallFloats(String layer, Quantization.SmallFloats floats, int rows, int columns) {
        StoredTensor packed = packed(layer, floats, rows, columns);
        StoredTensor scales = tensor(layer + ".scales");
        requireType(scales, DType.U8);
        requireShape(scales, rows, columns / floats.groupSize());
        return new MatrixData.SmallFloats(rows, columns, floats.form(), packed.bytes(), scales.bytes());
    }

    private StoredTensor packed(String layer, Quantization packing, int rows, int columns) {
        StoredTensor packed = tensor(layer + ".weight");
        if (columns % packing.groupSize() != 0) {
            throw invalid(
                    checkpoint.fileOf(packed.name()),
                    "tensor " + packed.name() + " cannot be " + packing.label() + ": its " + columns
                            + " inputs are no whole number of groups");
        }
        requireType(packed, DType.U32);
        requireShape(packed, rows, (long) columns * packing.bits() / Integer.SIZE);
        return packed;
    }

    private void requireFloat(StoredTensor tensor) {
        switch (tensor.dtype()) {
            case F32, F16, BF16 -> {}
            case U32, U8, I64 ->
                throw unsupported(
                        checkpoint.fileOf(tensor.name()),
                        "tensor " + tensor.name() + " is of dtype " + tensor.dtype()
                                + " where F32, F16 or BF16 is needed"
                                + "\nMaybe it is quantised, and config.json does not say so.");
        }
    }

    private void requireType(StoredTensor tensor, DType dtype) {
        if (tensor.dtype() != dtype) {
            throw invalid(
                    checkpoint.fileOf(tensor.name()),
                    "tensor " + tensor.name() + " is of dtype " + tensor.dtype() + " where " + dtype + " is needed");
        }
    }

    private void requireShape(StoredTensor tensor, long... dimensions) {
        List<Long> expected = Arrays.stream(dimensions).boxed().toList();
        if (!tensor.shape().equals(expected)) {
            throw invalid(
                    checkpoint.fileOf(tensor.name()),
                    "tensor " + tensor.name() + " has shape " + tensor.shape() + ", config.json asks for " + expected);
        }
    }

    /** Frees every matrix; no pass may run. */
    @Override
    public void close() {
        while (!made.isEmpty()) {
            made.pop().close();
        }
    }
}
