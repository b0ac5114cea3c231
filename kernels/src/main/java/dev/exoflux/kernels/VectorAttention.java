package dev.exoflux.kernels;

import static dev.exoflux.kernels.CpuKvCache.BLOCK;
import static dev.exoflux.kernels.Lanes.F;
import static dev.exoflux.kernels.Lanes.I;
import static dev.exoflux.kernels.Lanes.LENGTH;
import static dev.exoflux.kernels.Lanes.ORDER;
import static dev.exoflux.kernels.NativeMemory.ALL;
import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.exoflux.model.AttentionShape;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The query heads that share one key/value head, for one position. Goes over the keys block by block with all heads, turns
 * the scores to weights, and goes over the values likewise: so the heads share what a block brings into the cache.
 */
final class VectorAttention {

    private static final long TILE_LINE_BYTES = KvLayout.lineBytes();

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

    /** Scores, then weights, {@code [heads][span]}, from the start of the first block on; after them the outputs. */
    private final float[] work;

    private final int span;
    private final int outputs;

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
        this.work = scratch.floats(outputs + heads * stride + Lanes.BLOCK);
    }

    void attend(float[] q, int qAt, float[] out, int outAt) {
        for (int block = firstBlock; block <= lastBlock; block++) {
            long keys = cache.keys(shape.layer(), kvHead, block);
            for (int head = 0; head < heads; head++) {
                scores(q, qAt + head * headDim, keys, head * span + (block - firstBlock) * BLOCK);
            }
        }
        Arrays.fill(work, outputs, outputs + heads * stride, 0);
        for (int head = 0; head < heads; head++) {
            hideInvisible(head * span);
        }
        float[] totals = new float[heads];
        for (int head = 0; head < heads; head++) {
            totals[head] = softmax(head * span);
        }
        for (int block = firstBlock; block <= lastBlock; block++) {
            addValues(block);
        }
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < headDim; i++) {
                out[outAt + head * headDim + i] = work[outputs + head * stride + i] / totals[head];
            }
        }
    }

    /** Scores of a whole block, also of positions in it that are not there: those are hidden afterwards. */
    private void scores(float[] q, int qAt, long keys, int to) {
        for (int i = 0; i < BLOCK; i += 4 * LENGTH) {
            long a = keys + layout.keyOffset(i);
            long b = keys + layout.keyOffset(i + LENGTH);
            long c = keys + layout.keyOffset(i + 2 * LENGTH);
            long d = keys + layout.keyOffset(i + 3 * LENGTH);
            if (layout.type() == KvType.F32) {
                fourScores(q, qAt, headDim, a, b, c, d, shape.scale(), work, to + i);
            } else {
                fourScoresOfHalves(q, qAt, headDim, a, b, c, d, shape.scale(), work, to + i);
            }
        }
    }

    /** Four vectors of positions at once, because each is one chain of dependent products. */
    private static void fourScores(
            float[] q, int qAt, int headDim, long a, long b, long c, long d, float scale, float[] out, int at) {
        FloatVector sumA = FloatVector.zero(F);
        FloatVector sumB = FloatVector.zero(F);
        FloatVector sumC = FloatVector.zero(F);
        FloatVector sumD = FloatVector.zero(F);
        for (int i = 0; i < headDim; i++) {
            long line = i * TILE_LINE_BYTES;
            FloatVector qi = FloatVector.broadcast(F, q[qAt + i]);
            sumA = FloatVector.fromMemorySegment(F, ALL, a + line, ORDER).fma(qi, sumA);
            sumB = FloatVector.fromMemorySegment(F, ALL, b + line, ORDER).fma(qi, sumB);
            sumC = FloatVector.fromMemorySegment(F, ALL, c + line, ORDER).fma(qi, sumC);
            sumD = FloatVector.fromMemorySegment(F, ALL, d + line, ORDER).fma(qi, sumD);
        }
        sumA.mul(scale).intoArray(out, at);
        sumB.mul(scale).intoArray(out, at + LENGTH);
        sumC.mul(scale).intoArray(out, at + 2 * LENGTH);
        sumD.mul(scale).intoArray(out, at + 3 * LENGTH);
    }

    /** As {@link #fourScores}, two elements in each word. */
    private static void fourScoresOfHalves(
            float[] q, int qAt, int headDim, long a, long b, long c, long d, float scale, float[] out, int at) {
        FloatVector sumA = FloatVector.zero(F);
        FloatVector sumB = FloatVector.zero(F);
        FloatVector sumC = FloatVector.zero(F);
        FloatVector sumD = FloatVector.zero(F);
        int pairs = headDim / 2;
        for (int i = 0; i < pairs; i++) {
            long line = i * TILE_LINE_BYTES;
            FloatVector even = FloatVector.broadcast(F, q[qAt + 2 * i]);
            FloatVector odd = FloatVector.broadcast(F, q[qAt + 2 * i + 1]);
            IntVector wordA = IntVector.fromMemorySegment(I, ALL, a + line, ORDER);
            IntVector wordB = IntVector.fromMemorySegment(I, ALL, b + line, ORDER);
            IntVector wordC = IntVector.fromMemorySegment(I, ALL, c + line, ORDER);
            IntVector wordD = IntVector.fromMemorySegment(I, ALL, d + line, ORDER);
            sumA = wordA.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(even, sumA);
            sumB = wordB.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(even, sumB);
            sumC = wordC.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(even, sumC);
            sumD = wordD.lanewise(LSHL, Short.SIZE).reinterpretAsFloats().fma(even, sumD);
            sumA = wordA.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(odd, sumA);
            sumB = wordB.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(odd, sumB);
            sumC = wordC.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(odd, sumC);
            sumD = wordD.and(Packing.HIGH_HALF).reinterpretAsFloats().fma(odd, sumD);
        }
        if (headDim > 2 * pairs) {
            long line = pairs * TILE_LINE_BYTES;
            FloatVector last = FloatVector.broadcast(F, q[qAt + 2 * pairs]);
            sumA = lowHalf(a + line).fma(last, sumA);
            sumB = lowHalf(b + line).fma(last, sumB);
            sumC = lowHalf(c + line).fma(last, sumC);
            sumD = lowHalf(d + line).fma(last, sumD);
        }
        sumA.mul(scale).intoArray(out, at);
        sumB.mul(scale).intoArray(out, at + LENGTH);
        sumC.mul(scale).intoArray(out, at + 2 * LENGTH);
        sumD.mul(scale).intoArray(out, at + 3 * LENGTH);
    }

    private static FloatVector lowHalf(long address) {
        return IntVector.fromMemorySegment(I, ALL, address, ORDER)
                .lanewise(LSHL, Short.SIZE)
                .reinterpretAsFloats();
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
        int partial = outputs + heads * stride;
        for (int lane = 0; lane < Lanes.BLOCK; lane += LENGTH) {
            FloatVector sum = FloatVector.zero(F);
            for (int i = at + lane; i < at + span; i += Lanes.BLOCK) {
                sum = sum.add(FloatVector.fromArray(F, work, i));
            }
            sum.intoArray(work, partial + lane);
        }
        return ScalarKernels.sum(work, partial);
    }

    private void addValues(int block) {
        int from = Math.max(first, block * BLOCK);
        int count = Math.min(last + 1, (block + 1) * BLOCK) - from;
        long values = cache.values(shape.layer(), kvHead, block) + from % BLOCK * layout.valueBytes();
        for (int head = 0; head < heads; head++) {
            int weights = head * span + from - firstBlock * BLOCK;
            int to = outputs + head * stride;
            if (layout.type() == KvType.F32) {
                addFloats(weights, count, values, to);
            } else {
                addHalves(weights, count, values, to);
            }
        }
    }

    private void addFloats(int weights, int count, long values, int to) {
        int i = 0;
        for (; i + 4 * LENGTH <= stride; i += 4 * LENGTH) {
            addFour(work, weights, count, values + (long) i * Float.BYTES, layout.valueBytes(), to + i);
        }
        for (; i < stride; i += LENGTH) { // tail
            addOne(work, weights, count, values + (long) i * Float.BYTES, layout.valueBytes(), to + i);
        }
    }

    private void addHalves(int weights, int count, long values, int to) {
        int half = stride / 2;
        int i = 0;
        for (; i + 2 * LENGTH <= half; i += 2 * LENGTH) {
            addTwoWords(work, weights, count, values + (long) i * Integer.BYTES, layout.valueBytes(), to + i, half);
        }
        for (; i < half; i += LENGTH) { // tail
            addOneWord(work, weights, count, values + (long) i * Integer.BYTES, layout.valueBytes(), to + i, half);
        }
    }

    private static void addFour(float[] work, int weights, int count, long values, long strideBytes, int at) {
        FloatVector a = FloatVector.fromArray(F, work, at);
        FloatVector b = FloatVector.fromArray(F, work, at + LENGTH);
        FloatVector c = FloatVector.fromArray(F, work, at + 2 * LENGTH);
        FloatVector d = FloatVector.fromArray(F, work, at + 3 * LENGTH);
        for (int p = 0; p < count; p++) {
            long line = values + p * strideBytes;
            FloatVector weight = FloatVector.broadcast(F, work[weights + p]);
            a = weight.fma(FloatVector.fromMemorySegment(F, ALL, line, ORDER), a);
            b = weight.fma(FloatVector.fromMemorySegment(F, ALL, line + Lanes.BYTES, ORDER), b);
            c = weight.fma(FloatVector.fromMemorySegment(F, ALL, line + 2 * Lanes.BYTES, ORDER), c);
            d = weight.fma(FloatVector.fromMemorySegment(F, ALL, line + 3 * Lanes.BYTES, ORDER), d);
        }
        a.intoArray(work, at);
        b.intoArray(work, at + LENGTH);
        c.intoArray(work, at + 2 * LENGTH);
        d.intoArray(work, at + 3 * LENGTH);
    }

    private static void addOne(float[] work, int weights, int count, long values, long strideBytes, int at) {
        FloatVector sum = FloatVector.fromArray(F, work, at);
        for (int p = 0; p < count; p++) {
            sum = FloatVector.broadcast(F, work[weights + p])
                    .fma(FloatVector.fromMemorySegment(F, ALL, values + p * strideBytes, ORDER), sum);
        }
        sum.intoArray(work, at);
    }

    /** Two vectors of words: the lower halves from {@code at} on, the upper ones {@code half} elements on. */
    private static void addTwoWords(
            float[] work, int weights, int count, long values, long strideBytes, int at, int half) {
        FloatVector a = FloatVector.fromArray(F, work, at);
        FloatVector b = FloatVector.fromArray(F, work, at + LENGTH);
        FloatVector c = FloatVector.fromArray(F, work, at + half);
        FloatVector d = FloatVector.fromArray(F, work, at + half + LENGTH);
        for (int p = 0; p < count; p++) {
            long line = values + p * strideBytes;
            FloatVector weight = FloatVector.broadcast(F, work[weights + p]);
            IntVector first = IntVector.fromMemorySegment(I, ALL, line, ORDER);
            IntVector second = IntVector.fromMemorySegment(I, ALL, line + Lanes.BYTES, ORDER);
            a = weight.fma(first.lanewise(LSHL, Short.SIZE).reinterpretAsFloats(), a);
            b = weight.fma(second.lanewise(LSHL, Short.SIZE).reinterpretAsFloats(), b);
            c = weight.fma(first.and(Packing.HIGH_HALF).reinterpretAsFloats(), c);
            d = weight.fma(second.and(Packing.HIGH_HALF).reinterpretAsFloats(), d);
        }
        a.intoArray(work, at);
        b.intoArray(work, at + LENGTH);
        c.intoArray(work, at + half);
        d.intoArray(work, at + half + LENGTH);
    }

    private static void addOneWord(
            float[] work, int weights, int count, long values, long strideBytes, int at, int half) {
        FloatVector a = FloatVector.fromArray(F, work, at);
        FloatVector b = FloatVector.fromArray(F, work, at + half);
        for (int p = 0; p < count; p++) {
            FloatVector weight = FloatVector.broadcast(F, work[weights + p]);
            IntVector words = IntVector.fromMemorySegment(I, ALL, values + p * strideBytes, ORDER);
            a = weight.fma(words.lanewise(LSHL, Short.SIZE).reinterpretAsFloats(), a);
            b = weight.fma(words.and(Packing.HIGH_HALF).reinterpretAsFloats(), b);
        }
        a.intoArray(work, at);
        b.intoArray(work, at + half);
    }
}
