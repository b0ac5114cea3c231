package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.exoflux.model.weights.Safetensors;
import dev.exoflux.model.weights.StoredTensor;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A backend understands packed weights as the libraries do that made {@code tools/conformance}'s single weights: every
 * packing, mxfp4's codes up to the ends of what a float holds. A backend's test implements {@link #backend()}.
 */
public interface QuantisationContract {

    /** A new backend; the test closes it. */
    Backend backend();

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.TestCheckpoints#quantisedWeights")
    default void looksUpTheNumbersThatOthersRead(Path file) {
        try (Safetensors tensors = Safetensors.open(file);
                Backend backend = backend();
                Matrix matrix = backend.load(read(file, tensors), null);
                Ops ops = backend.open()) {
            float[] expected = tensors.tensor("dequantized").toFloats();
            float[] row = new float[matrix.columns()];
            for (int r = 0; r < matrix.rows(); r++) {
                ops.read(ops.embed(matrix, new int[] {r}), 0, row);
                for (int i = 0; i < row.length; i++) {
                    float exact = expected[r * row.length + i];
                    if (Float.isFinite(exact)) {
                        assertThat(row[i]).as("[%d, %d]", r, i).isCloseTo(exact, within(Math.ulp(exact)));
                    } else {
                        assertThat(row[i]).as("[%d, %d]", r, i).isEqualTo(exact);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.TestCheckpoints#quantisedWeights")
    default void multipliesWithTheNumbersThatOthersRead(Path file) {
        try (Safetensors tensors = Safetensors.open(file);
                Backend backend = backend();
                Matrix matrix = backend.load(read(file, tensors), null);
                Ops ops = backend.open()) {
            float[] weights = tensors.tensor("dequantized").toFloats();
            int columns = matrix.columns();
            float[] y = new float[matrix.rows()];
            for (int chosen = 0; chosen < columns; chosen++) { // one input at a time: nothing can hide in a sum
                float[] x = new float[columns];
                x[chosen] = 1;
                ops.read(ops.linear(ops.upload(x, columns), matrix), 0, y);
                for (int r = 0; r < y.length; r++) {
                    float exact = weights[r * columns + chosen];
                    if (Float.isFinite(exact)) {
                        assertThat(y[r]).as("[%d, %d]", r, chosen).isCloseTo(exact, within(2 * Math.ulp(exact)));
                    }
                }
            }
        }
    }

    private static MatrixData read(Path file, Safetensors tensors) {
        StoredTensor weight = tensors.tensor("weight");
        StoredTensor scales = tensors.tensor("scales");
        int rows = Math.toIntExact(scales.shape().get(0));
        int groups = Math.toIntExact(scales.shape().get(1));
        Matcher affine = Pattern.compile("affine-b(\\d)-g(\\d+).*").matcher(String.valueOf(file.getFileName()));
        if (!affine.matches()) {
            String name = String.valueOf(file.getFileName());
            SmallFloatForm form = SmallFloatForm.valueOf(name.substring(0, 5).toUpperCase(Locale.ROOT));
            return new MatrixData.SmallFloats(rows, groups * form.groupSize(), form, weight.bytes(), scales.bytes());
        }
        int bits = Integer.parseInt(affine.group(1));
        int size = Integer.parseInt(affine.group(2));
        return new MatrixData.Affine(
                rows,
                groups * size,
                bits,
                size,
                weight.bytes(),
                scales.dtype(),
                scales.bytes(),
                tensors.tensor("biases").bytes());
    }
}
