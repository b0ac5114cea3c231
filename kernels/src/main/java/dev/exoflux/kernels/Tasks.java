package dev.exoflux.kernels;

import dev.exoflux.model.AttentionShape;

/**
 * What the verbs of a pass share out over the threads. One object for each kind of verb: it is filled in, run to its end and filled in
 * again for the next, so that a pass leaves a handful of them behind, whatever the number of its layers.
 */
final class Tasks<M extends CpuMatrix> {

    final Linear linear = new Linear();
    final Elements elements = new Elements();
    final Norms norms = new Norms();
    final Rotations rotations = new Rotations();
    final Heads heads = new Heads();

    private final Kernels<M> kernels;
    private final Inputs inputs;

    /** @param inputs of the pass, ready for whichever matrix comes */
    Tasks(Kernels<M> kernels, Inputs inputs) {
        this.kernels = kernels;
        this.inputs = inputs;
    }

    /** Units of a matrix product. */
    @SuppressWarnings("NullAway.Init") // filled in before it runs
    final class Linear implements Workers.Task {
        private M w;
        private float[] out;

        Linear of(M matrix, CpuTensor result) {
            w = matrix;
            out = result.data();
            return this;
        }

        @Override
        public void run(int from, int to, Scratch scratch) {
            kernels.linear(inputs, w, out, from, to, scratch);
        }
    }

    /** Elements of a sum, or of a gated product. */
    @SuppressWarnings("NullAway.Init")
    final class Elements implements Workers.Task {
        private boolean gated;
        private CpuTensor a;
        private CpuTensor b;
        private float[] out;

        Elements of(boolean swiglu, CpuTensor left, CpuTensor right, CpuTensor result) {
            gated = swiglu;
            a = left;
            b = right;
            out = result.data();
            return this;
        }

        @Override
        public void run(int from, int to, Scratch scratch) {
            if (gated) {
                kernels.swiglu(a.data(), a.at(0) + from, b.data(), b.at(0) + from, out, from, to - from);
            } else {
                kernels.add(a.data(), a.at(0) + from, b.data(), b.at(0) + from, out, from, to - from);
            }
        }
    }

    /** Runs of elements with a norm of their own. */
    @SuppressWarnings("NullAway.Init")
    final class Norms implements Workers.Task {
        private CpuTensor x;
        private float[] weight;
        private float epsilon;
        private float[] out;

        Norms of(CpuTensor in, float[] weights, float itsEpsilon, CpuTensor result) {
            x = in;
            weight = weights;
            epsilon = itsEpsilon;
            out = result.data();
            return this;
        }

        @Override
        public void run(int from, int to, Scratch scratch) {
            int size = weight.length;
            for (int i = from; i < to; i++) {
                kernels.rmsNorm(x.data(), x.at(0) + i * size, weight, epsilon, out, i * size, scratch);
            }
        }
    }

    /** Heads to rotate. */
    @SuppressWarnings("NullAway.Init")
    final class Rotations implements Workers.Task {
        private CpuTensor x;
        private int headDim;
        private int half;
        private RopeAngles angles;
        private float[] out;

        Rotations of(CpuTensor in, int itsHeadDim, int itsHalf, RopeAngles table, CpuTensor result) {
            x = in;
            headDim = itsHeadDim;
            half = itsHalf;
            angles = table;
            out = result.data();
            return this;
        }

        @Override
        public void run(int from, int to, Scratch scratch) {
            int heads = x.width() / headDim;
            for (int i = from; i < to; i++) {
                kernels.rope(
                        x.data(),
                        x.at(0) + i * headDim,
                        headDim,
                        half,
                        angles.cos(),
                        angles.sin(),
                        i / heads * half,
                        out,
                        i * headDim);
            }
        }
    }

    /** Heads of keys and values to attend to, for each tile of rows. */
    @SuppressWarnings("NullAway.Init")
    final class Heads implements Workers.Task {
        private CpuTensor q;
        private AttentionShape shape;
        private Places rows;
        private int[] starts;
        private CpuTensor out;

        /** @param tiles first rows of the tiles, then the number of rows */
        Heads of(CpuTensor queries, AttentionShape itsShape, Places places, int[] tiles, CpuTensor result) {
            q = queries;
            shape = itsShape;
            rows = places;
            starts = tiles;
            out = result;
            return this;
        }

        @Override
        public void run(int from, int to, Scratch scratch) {
            int kvHeads = shape.kvHeads();
            int groupWidth = q.width() / kvHeads;
            for (int i = from; i < to; i++) {
                int row = starts[i / kvHeads];
                int head = i % kvHeads;
                kernels.attend(
                        q.data(),
                        q.at(row) + head * groupWidth,
                        starts[i / kvHeads + 1] - row,
                        rows.cache(row),
                        shape,
                        head,
                        rows.position(row),
                        out.data(),
                        out.at(row) + head * groupWidth,
                        scratch);
            }
        }
    }
}
