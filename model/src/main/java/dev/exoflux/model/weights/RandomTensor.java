package dev.exoflux.model.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One tensor of a model of random weights. */
record RandomTensor(String name, StoredType type, List<Long> shape, Filling filling) {

    /** What its numbers are. */
    enum Filling {
        /** Every bit random: packed values, uniform over their range. */
        BITS,
        /** Normally distributed, as weights are before training. */
        NORMAL,
        ONES,
        /** The scale that spreads uniform packed values as widely as {@link #NORMAL}. */
        SCALES,
        /** What centres them. */
        BIASES
    }

    long bytes() {
        return shape.stream().reduce(1L, Math::multiplyExact) * type.bits() / Byte.SIZE;
    }

    /** All tensors of a shape, in the order of the forward pass. */
    static List<RandomTensor> of(KnownShape shape, int bits) {
        Listing listing = new Listing(bits);
        listing.matrix("model.embed_tokens", shape.vocabulary(), shape.hidden());
        for (int layer = 0; layer < shape.layers(); layer++) {
            listing.layer(shape, "model.layers." + layer);
        }
        listing.norm("model.norm", shape.hidden());
        if (!shape.tied()) {
            listing.matrix("lm_head", shape.vocabulary(), shape.hidden());
        }
        return List.copyOf(listing.tensors);
    }

    private static final class Listing {

        private final int bits;
        private final List<RandomTensor> tensors = new ArrayList<>();

        Listing(int bits) {
            this.bits = bits;
        }

        void layer(KnownShape shape, String name) {
            int queries = shape.heads() * shape.headDim();
            int keys = shape.kvHeads() * shape.headDim();
            norm(name + ".input_layernorm", shape.hidden());
            projection(shape, name + ".self_attn.q_proj", queries);
            projection(shape, name + ".self_attn.k_proj", keys);
            projection(shape, name + ".self_attn.v_proj", keys);
            if (shape.headNorms()) {
                norm(name + ".self_attn.q_norm", shape.headDim());
                norm(name + ".self_attn.k_norm", shape.headDim());
            }
            matrix(name + ".self_attn.o_proj", shape.hidden(), queries);
            norm(name + ".post_attention_layernorm", shape.hidden());
            matrix(name + ".mlp.gate_proj", shape.intermediate(), shape.hidden());
            matrix(name + ".mlp.up_proj", shape.intermediate(), shape.hidden());
            matrix(name + ".mlp.down_proj", shape.hidden(), shape.intermediate());
        }

        void projection(KnownShape shape, String name, int rows) {
            matrix(name, rows, shape.hidden());
            if (shape.queryBias()) {
                add(name + ".bias", StoredType.BF16, Filling.NORMAL, rows);
            }
        }

        void norm(String name, int length) {
            add(name + ".weight", StoredType.BF16, Filling.ONES, length);
        }

        void matrix(String name, int rows, int columns) {
            if (bits == 16) {
                add(name + ".weight", StoredType.BF16, Filling.NORMAL, rows, columns);
                return;
            }
            int groups = columns / RandomModel.GROUP_SIZE;
            add(name + ".weight", StoredType.U32, Filling.BITS, rows, (long) columns * bits / Integer.SIZE);
            add(name + ".scales", StoredType.BF16, Filling.SCALES, rows, groups);
            add(name + ".biases", StoredType.BF16, Filling.BIASES, rows, groups);
        }

        private void add(String name, StoredType type, Filling filling, long... shape) {
            List<Long> dimensions = Arrays.stream(shape).boxed().toList();
            tensors.add(new RandomTensor(name, type, dimensions, filling));
        }
    }
}
