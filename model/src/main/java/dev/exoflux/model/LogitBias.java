package dev.exoflux.model;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What is added to the logits of some token ids: an immutable map, in arrays, since a {@link Sampler} goes through it for every
 * token and must not allocate.
 */
final class LogitBias extends AbstractMap<Integer, Float> {

    private final int[] ids;
    private final float[] biases;

    private LogitBias(Map<Integer, Float> source) {
        Map<Integer, Float> sorted = new TreeMap<>(source);
        ids = new int[sorted.size()];
        biases = new float[sorted.size()];
        int at = 0;
        for (Entry<Integer, Float> each : sorted.entrySet()) {
            ids[at] = each.getKey();
            biases[at++] = each.getValue();
        }
    }

    /** The same ids and biases, which no longer change. */
    static LogitBias copyOf(Map<Integer, Float> biases) {
        return biases instanceof LogitBias already ? already : new LogitBias(biases);
    }

    /** Adds each bias to its token's score. */
    void addTo(float[] scores) {
        for (int i = 0; i < ids.length; i++) {
            scores[ids[i]] += biases[i];
        }
    }

    @Override
    public int size() {
        return ids.length;
    }

    @Override
    public Set<Entry<Integer, Float>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<Integer, Float>> iterator() {
                return IntStream.range(0, ids.length)
                        .mapToObj(i -> Map.entry(ids[i], biases[i]))
                        .iterator();
            }

            @Override
            public int size() {
                return ids.length;
            }
        };
    }
}
