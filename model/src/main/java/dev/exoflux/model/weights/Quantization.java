package dev.exoflux.model.weights;

import dev.exoflux.model.SmallFloatForm;
import java.util.Set;

/** How the numbers of one weight matrix are packed, in MLX's terms. */
public sealed interface Quantization {

    /** What a list of models calls it, such as {@code 4-bit g64}. */
    String label();

    /** Bits of one packed value. */
    int bits();

    /** Inputs that share a scale. */
    int groupSize();

    /** {@code scale * q + bias}, for each group of inputs. */
    record Affine(int bits, int groupSize) implements Quantization {
        @Override
        public String label() {
            return bits + "-bit g" + groupSize;
        }
    }

    /** A scale for each group, and no bias. */
    record SmallFloats(SmallFloatForm form) implements Quantization {
        @Override
        public String label() {
            return form.label();
        }

        @Override
        public int bits() {
            return form.bits();
        }

        @Override
        public int groupSize() {
            return form.groupSize();
        }
    }

    /** Reads an object with {@code mode}, {@code bits} and {@code group_size}, MLX's own defaults for what it leaves out. */
    static Quantization read(JsonFields fields) {
        return switch (fields.text("mode").orElse("affine")) {
            case "affine" -> affine(fields);
            case "mxfp4" -> smallFloats(fields, SmallFloatForm.MXFP4);
            case "mxfp8" -> smallFloats(fields, SmallFloatForm.MXFP8);
            case "nvfp4" -> smallFloats(fields, SmallFloatForm.NVFP4);
            default -> throw fields.unsupported("mode", "Known modes are affine, mxfp4, mxfp8 and nvfp4.");
        };
    }

    private static Affine affine(JsonFields fields) {
        int bits = fields.count("bits", 32, 4);
        int groupSize = fields.count("group_size", 1 << 20, 64);
        if (!Set.of(2, 3, 4, 5, 6, 8).contains(bits)) {
            throw fields.unsupported("bits", "Known widths are 2, 3, 4, 5, 6 and 8 bits.");
        }
        if (!Set.of(32, 64, 128).contains(groupSize)) {
            throw fields.unsupported("group_size", "Known group sizes are 32, 64 and 128.");
        }
        return new Affine(bits, groupSize);
    }

    private static SmallFloats smallFloats(JsonFields fields, SmallFloatForm form) {
        require(fields, "bits", form.bits(), form);
        require(fields, "group_size", form.groupSize(), form);
        return new SmallFloats(form);
    }

    private static void require(JsonFields fields, String name, int only, SmallFloatForm form) {
        if (fields.count(name, 1 << 20, only) != only) {
            throw fields.wrong(name, "%d, as mode %s has it".formatted(only, form.label()));
        }
    }
}
