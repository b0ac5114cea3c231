package dev.exoflux.pipeline.placement;

import java.util.List;

/** What a model asks of those who hold it, with the caches that are promised. */
final class Demand {

    /** Above every memory there is, and so small that 4096 of it can still be added up. */
    private static final long BEYOND = 1L << 49;

    private static final int ACTIVATION_BYTES = Float.BYTES;
    /** A token id on its way home. */
    static final int TOKEN_BYTES = Integer.BYTES;

    /** Bytes of layers {@code [0, i)} with their caches. */
    private final long[] bytesBefore;
    /** Bytes of layers {@code [0, i)} that a token reads. */
    private final double[] activeBefore;

    private final long largestLayer;
    private final long cacheBytes;
    private final ModelFootprint model;

    private Demand(
            ModelFootprint model, long[] bytesBefore, double[] activeBefore, long largestLayer, long cacheBytes) {
        this.model = model;
        this.bytesBefore = bytesBefore;
        this.activeBefore = activeBefore;
        this.largestLayer = largestLayer;
        this.cacheBytes = cacheBytes;
    }

    static Demand of(ModelFootprint model, Constraints constraints) {
        List<LayerFootprint> layers = model.layers();
        long[] bytes = new long[layers.size() + 1];
        double[] active = new double[layers.size() + 1];
        long positions = (long) constraints.context() * constraints.concurrency();
        long largest = 0;
        long caches = 0;
        for (int i = 0; i < layers.size(); i++) {
            LayerFootprint layer = layers.get(i);
            long cache = product(layer.kvBytesPerToken(), positions);
            long size = Math.min(BEYOND, layer.bytes()) + cache;
            bytes[i + 1] = bytes[i] + size;
            active[i + 1] = active[i] + layer.activeBytes();
            largest = Math.max(largest, size);
            caches += cache;
        }
        return new Demand(model, bytes, active, largest, caches);
    }

    private static long product(long a, long b) {
        return (double) a * b >= BEYOND ? BEYOND : a * b;
    }

    ModelFootprint model() {
        return model;
    }

    int layers() {
        return bytesBefore.length - 1;
    }

    /** Bytes of layers {@code [from, to)} with their caches. */
    long bytes(int from, int to) {
        return bytesBefore[to] - bytesBefore[from];
    }

    /** Bytes of layers {@code [from, to)} that a token reads. */
    double active(int from, int to) {
        return activeBefore[to] - activeBefore[from];
    }

    /** What a peer holds beside its layers. */
    long outer(boolean first, boolean last) {
        if (first && last) {
            return model.outerBytes();
        }
        return first ? model.embeddingBytes() : last ? model.headMatrixBytes() : 0;
    }

    /** Bytes of caches over all layers. */
    long cacheBytes() {
        return cacheBytes;
    }

    long largestLayer() {
        return largestLayer;
    }

    /** Bytes of a layer on average, rounded up. */
    long meanLayer() {
        return Math.ceilDiv(bytesBefore[layers()], (long) layers());
    }

    long activationBytes() {
        return (long) ACTIVATION_BYTES * model.hidden();
    }

    /** Bytes that one peer takes which holds everything. */
    long total() {
        return bytesBefore[layers()] + model.outerBytes();
    }
}
