package dev.exoflux.model.weights;

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

    /** OCP microscaling FP4. */
    record Mxfp4() implements Quantization {
        @Override
        public String label() {
            return "mxfp4";
        }

        @Override
        public int bits() {
            return 4;
        }

        @Override
        public int groupSize() {
            return 32;
        }
    }

    /** Reads an object with {@code mode}, {@code bits} and {@code group_size}, MLX's own defaults for what it leaves out. */
    static Quantization read(JsonFields fields) {
        return switch (fields.text("mode").orElse("affine")) {
            case "affine" -> affine(fields);
            case "mxfp4" -> mxfp4(fields);
            default -> throw fields.unsupported("mode", "Known modes are affine and mxfp4.");
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

    private static Mxfp4 mxfp4(JsonFields fields) {
        if (fields.count("bits", 32, 4) != 4) {
            throw fields.wrong("bits", "4, as mode mxfp4 has it");
        }
        if (fields.count("group_size", 1 << 20, 32) != 32) {
            throw fields.wrong("group_size", "32, as mode mxfp4 has it");
        }
        return new Mxfp4();
    }
}
