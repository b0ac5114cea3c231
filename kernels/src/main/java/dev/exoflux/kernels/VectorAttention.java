package dev.exoflux.kernels;

import static dev.exoflux.kernels.CpuKvCache.BLOCK;
import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.LENGTH;

import dev.exoflux.model.AttentionShape;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The query heads that share one key/value head, for one position. Goes over the keys block by block with all heads, turns
 * the scores to weights, and goes over the values likewise: so the heads share what a block brings into the cache.
 */
final class VectorAttention {

    private final CpuKvCache cache;
    private final AttentionShape shape;
    private final int kvHead;
    private final int heads;
    private final int headDim;
    private final KvLayout layout;
    private final int stride;

    private final int first;
    private final int last;
    private final int firstBlock;
    private final int lastBlock;

    /** Scores, then weights, {@code [heads][span]}, from the start of the first block on; after them what follows. */
    private final float[] work;

    private final int span;

    /** {@code [heads][stride]}. */
    private final int outputs;

    /** 16 partial sums. */
    private final int partial;

    /** Sums of the weights of each head. */
    private final int totals;

    /** For keys in 8 bits the steps of each head's query, the sums of its whole numbers, and those numbers, a key's words long. */
    private final int steps;

    private final int sums;
    private final int wholes;
    private final int width;

    VectorAttention(CpuKvCache cache, AttentionShape shape, int kvHead, int position, Scratch scratch) {
        this.cache = cache;
        this.shape = shape;
        this.kvHead = kvHead;
        this.heads = shape.heads() / shape.kvHeads();
        this.headDim = shape.headDim();
        this.layout = cache.layout();
        this.stride = layout.stride();
        this.first = shape.firstVisible(position);
        this.last = position;
        this.firstBlock = first / BLOCK;
        this.lastBlock = last / BLOCK;
        this.span = (lastBlock - firstBlock + 1) * BLOCK;
        this.outputs = heads * span;
        this.partial = outputs + heads * stride;
        this.totals = partial + Lanes.BLOCK;
        this.steps = totals + heads;
        this.sums = steps + heads;
        this.wholes = sums + heads;
        this.width = layout.keyWords() * layout.parts();
        this.work = scratch.floats(wholes + heads * width);
    }

    void attend(float[] q, int qAt, float[] out, int outAt) {
        if (layout instanceof Int8Layout) {
            roundQueries(q, qAt);
        }
        for (int block = firstBlock; block <= lastBlock; block++) {
            for (int head = 0; head < heads; head++) {
                scores(q, qAt, head, block);
            }
        }
        Arrays.fill(work, outputs, outputs + heads * stride, 0);
        for (int head = 0; head < heads; head++) {
            hideInvisible(head * span);
            work[totals + head] = softmax(head * span);
        }
        for (int block = firstBlock; block <= lastBlock; block++) {
            for (int head = 0; head < heads; head++) {
                addValues(head, block);
            }
        }
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < headDim; i++) {
                out[outAt + head * headDim + i] = work[outputs + head * stride + i] / work[totals + head];
            }
        }
    }

    private void roundQueries(float[] q, int qAt) {
        for (int head = 0; head < heads; head++) {
            int at = wholes + head * width;
            Arrays.fill(work, at + headDim, at + width, 0);
            Int8Rounding.round(q, qAt + head * headDim, headDim, work, at, work, steps + head, work, sums + head);
        }
    }

    /** Scores of a whole block, also of positions in it that are not there: those are hidden afterwards. */
    private void scores(float[] q, int qAt, int head, int block) {
        long keys = cache.keys(shape.layer(), kvHead, block);
        int query = qAt + head * headDim;
        int to = head * span + (block - firstBlock) * BLOCK;
        for (int i = 0; i < BLOCK; i += 4 * LENGTH) {
            long a = keys + layout.keyOffset(i);
            long b = keys + layout.keyOffset(i + LENGTH);
            long c = keys + layout.keyOffset(i + 2 * LENGTH);
            long d = keys + layout.keyOffset(i + 3 * LENGTH);
            switch (layout) {
                case KvLayout.F32 _ -> F32Attention.scores(q, query, headDim, a, b, c, d, shape.scale(), work, to + i);
                case Bf16Layout _ -> Bf16Attention.scores(q, query, headDim, a, b, c, d, shape.scale(), work, to + i);
                case Int8Layout bytes -> {
                    int whole = wholes + head * width;
                    long itsSteps = bytes.keySteps(keys) + (long) i * Float.BYTES;
                    float scale = work[steps + head] * shape.scale();
                    Int8Attention.scores(work, whole, layout.keyWords(), a, b, c, d, itsSteps, scale, work, to + i);
                }
            }
        }
    }

    private void hideInvisible(int at) {
        int start = firstBlock * BLOCK;
        Arrays.fill(work, at, at + first - start, Float.NEGATIVE_INFINITY);
        Arrays.fill(work, at + last + 1 - start, at + span, Float.NEGATIVE_INFINITY);
    }

    /** Turns scores to weights and returns their sum. */
    private float softmax(int at) {
        FloatVector largest = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        for (int i = at; i < at + span; i += LENGTH) {
            largest = largest.max(FloatVector.fromArray(F, work, i));
        }
        float max = largest.reduceLanes(VectorOperators.MAX); // any order gives the same
        VectorMath.exp(work, at, 1, max, work, at, span);
        for (int lane = 0; lane < Lanes.BLOCK; lane += LENGTH) {
            FloatVector sum = FloatVector.zero(F);
            for (int i = at + lane; i < at + span; i += Lanes.BLOCK) {
                sum = sum.add(FloatVector.fromArray(F, work, i));
            }
            sum.intoArray(work, partial + lane);
        }
        return ScalarKernels.sum(work, partial);
    }

    private void addValues(int head, int block) {
        int from = Math.max(first, block * BLOCK);
        int count = Math.min(last + 1, (block + 1) * BLOCK) - from;
        long values = cache.values(shape.layer(), kvHead, block) + from % BLOCK * layout.valueBytes();
        int weights = head * span + from - firstBlock * BLOCK;
        int to = outputs + head * stride;
        switch (layout) {
            case KvLayout.F32 _ -> F32Attention.addValues(work, weights, count, values, stride, to);
            case Bf16Layout _ -> Bf16Attention.addValues(work, weights, count, values, stride, to);
            case Int8Layout bytes -> {
                long itsSteps = bytes.valueSteps(cache.keys(shape.layer(), kvHead, block));
                Int8Attention.scale(work, weights, count, itsSteps + from % BLOCK * (long) Float.BYTES);
                Int8Attention.addValues(work, weights, count, values, stride, to);
            }
        }
    }
}
