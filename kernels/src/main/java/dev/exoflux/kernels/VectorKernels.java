package dev.exoflux.kernels;

import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static java.util.Objects.requireNonNull;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.MatrixData;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** The kernels on the Vector API. */
final class VectorKernels implements Kernels<PackedMatrix> {

    private final Activations activations;
    private final @Nullable DotProducts products;

    /** @param products used for what they support, where there are any */
    VectorKernels(Activations activations, @Nullable DotProducts products) {
        this.activations = activations;
        this.products = products;
    }

    @Override
    public Class<PackedMatrix> matrixType() {
        return PackedMatrix.class;
    }

    @Override
    public PackedMatrix pack(MatrixData data, float @Nullable [] bias, NativeMemory memory, Workers workers) {
        boolean compiled = products != null && activations.rounded(Packing.of(data));
        return MatrixPacker.pack(
                data, bias, memory, workers, compiled ? requireNonNull(products).narrowPairs() : null);
    }

    @Override
    public void embed(PackedMatrix table, int row, float[] out, int outAt) {
        PackedRow.read(table, row, out, outAt);
    }

    @Override
    public Inputs.Form inputForm(PackedMatrix w) {
        boolean rounded = activations.rounded(w.packing());
        if (rounded && products != null && DotProducts.supports(w.packing())) {
            return DotProducts.form(w);
        }
        if (w.packing().kind() != Packing.Kind.AFFINE) {
            return new Inputs.Form(0, rounded, Inputs.Layout.TILES);
        }
        if (w.packing().bits() != 4) {
            return new Inputs.Form(w.groupSize(), rounded, Inputs.Layout.TILES);
        }
        boolean pairs = rounded && w.groupSize() <= NibbleTiles.LARGEST_GROUP;
        return new Inputs.Form(w.groupSize(), rounded, pairs ? Inputs.Layout.PAIRS : Inputs.Layout.DESCALED_TILES);
    }

    @Override
    public void prepare(CpuTensor x, Inputs.Form form, Workspace workspace, Workers workers) {
        switch (form.layout()) {
            case QUADS_OF_NIBBLES, QUADS_OF_BYTES, BF16_PAIRS ->
                requireNonNull(products).prepare(x, form, workspace, workers);
            case PAIRS, TILES, DESCALED_TILES, ROWS -> workspace.inputs().prepare(x, form, workspace, workers);
        }
    }

    @Override
    public void linear(Inputs inputs, PackedMatrix w, float[] out, int fromUnit, int toUnit, Scratch scratch) {
        switch (inputs.form().layout()) {
            case QUADS_OF_NIBBLES, QUADS_OF_BYTES, BF16_PAIRS ->
                requireNonNull(products).compute(inputs, w, out, fromUnit, toUnit, scratch);
            case PAIRS, TILES, DESCALED_TILES, ROWS -> inJava(inputs, w, out, fromUnit, toUnit, scratch);
        }
    }

    private static void inJava(Inputs inputs, PackedMatrix w, float[] out, int fromUnit, int toUnit, Scratch scratch) {
        if (RowProduct.supports(w.packing(), inputs)) {
            for (int unit = fromUnit; unit < toUnit; unit++) {
                RowProduct.compute(w, inputs, unit, out, scratch);
            }
            return;
        }
        int from = fromUnit * PackedMatrix.UNIT_BLOCKS;
        int to = Math.min(w.blocks(), toUnit * PackedMatrix.UNIT_BLOCKS);
        if (inputs.form().layout() == Inputs.Layout.PAIRS) {
            NibbleTiles product = new NibbleTiles(w, inputs, scratch);
            for (int block = from; block < to; block += 2) {
                product.compute(block, out);
            }
            return;
        }
        PanelProduct product = new PanelProduct(w, inputs, scratch);
        for (int block = from; block < to; block += 2) {
            product.compute(block, out);
        }
    }

    @Override
    public void add(float[] a, int aAt, float[] b, int bAt, float[] out, int outAt, int count) {
        int body = F.loopBound(count);
        for (int i = 0; i < body; i += LENGTH) {
            FloatVector.fromArray(F, a, aAt + i)
                    .add(FloatVector.fromArray(F, b, bAt + i))
                    .intoArray(out, outAt + i);
        }
        for (int i = body; i < count; i++) { // tail
            out[outAt + i] = a[aAt + i] + b[bAt + i];
        }
    }

    @Override
    public void rmsNorm(float[] x, int xAt, float[] weight, float epsilon, float[] out, int outAt, Scratch scratch) {
        float[] partial = scratch.floats(Lanes.BLOCK);
        int count = weight.length;
        int body = count - count % Lanes.BLOCK;
        for (int lane = 0; lane < Lanes.BLOCK; lane += LENGTH) {
            FloatVector sum = FloatVector.zero(F);
            for (int i = 0; i < body; i += Lanes.BLOCK) {
                FloatVector v = FloatVector.fromArray(F, x, xAt + i + lane);
                sum = v.fma(v, sum);
            }
            sum.intoArray(partial, lane);
        }
        for (int i = body; i < count; i++) { // tail
            partial[i - body] = Math.fma(x[xAt + i], x[xAt + i], partial[i - body]);
        }
        float inverse = ScalarKernels.inverseRoot(ScalarKernels.sum(partial, 0), count, epsilon);
        for (int i = 0; i < body; i += LENGTH) {
            FloatVector.fromArray(F, x, xAt + i)
                    .mul(inverse)
                    .mul(FloatVector.fromArray(F, weight, i))
                    .intoArray(out, outAt + i);
        }
        for (int i = body; i < count; i++) { // tail
            out[outAt + i] = x[xAt + i] * inverse * weight[i];
        }
    }

    @Override
    public void rope(
            float[] x, int xAt, int headDim, int half, float[] cos, float[] sin, int at, float[] out, int outAt) {
        ScalarKernels.rotate(x, xAt, headDim, half, cos, sin, at, out, outAt); // too little to gain
    }

    @Override
    public int attendedRows(AttentionShape shape, KvLayout layout) {
        return products != null && CompiledAttention.supports(layout) ? CompiledAttention.rows(shape) : 1;
    }

    @Override
    public void attend(
            float[] q,
            int qAt,
            int rows,
            CpuKvCache cache,
            AttentionShape shape,
            int kvHead,
            int position,
            float[] out,
            int outAt,
            Scratch scratch) {
        if (products != null && CompiledAttention.supports(cache.layout())) {
            products.attention().attend(q, qAt, rows, cache, shape, kvHead, position, out, outAt, scratch);
        } else {
            new VectorAttention(cache, shape, kvHead, position, scratch).attend(q, qAt, out, outAt);
        }
    }

    @Override
    public void swiglu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count) {
        int body = F.loopBound(count);
        VectorMath.exp(gate, gateAt, -1, 0, out, outAt, body);
        for (int i = 0; i < body; i += LENGTH) {
            FloatVector.fromArray(F, gate, gateAt + i)
                    .div(FloatVector.fromArray(F, out, outAt + i).add(1f))
                    .mul(FloatVector.fromArray(F, up, upAt + i))
                    .intoArray(out, outAt + i);
        }
        for (int i = body; i < count; i++) { // tail
            out[outAt + i] = ScalarMath.silu(gate[gateAt + i]) * up[upAt + i];
        }
    }
}
