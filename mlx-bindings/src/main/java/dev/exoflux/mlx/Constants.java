package dev.exoflux.mlx;

import dev.exoflux.model.Rope;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The small vectors that come with every pass and never change, kept by an engine under a number: norms, and what rotation is
 * made of. Those used last stay, the others are freed, while no pass is open that may have written their numbers down, and made
 * again if they come again. Thread-safe.
 */
final class Constants {

    /** More than the norms of any one model; together they take some megabytes. */
    private static final int MOST = 1024;

    private final Engine engine;
    private final Map<Object, Integer> numbers = new LinkedHashMap<>(64, 0.75f, true);
    private int passes;

    Constants(Engine engine) {
        this.engine = engine;
    }

    /** A vector, by which object it is: comparing the numbers would cost as much as uploading them. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Same(float[] vector) {
        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(Object other) {
            return other instanceof Same same && same.vector == vector;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(vector);
        }
    }

    /** A norm's weights, in the activations' type. */
    int norm(float[] weights) {
        return of(new Same(weights), true, () -> weights);
    }

    /** What frequencies are the reciprocals of. */
    int periods(float[] frequencies) {
        return of(new Same(frequencies), false, () -> RopePeriods.of(frequencies));
    }

    /** The factor of each element of a head: those that are not rotated keep their size. */
    int factors(Rope rope) {
        return of(rope, true, () -> {
            float[] factors = new float[rope.headDim()];
            Arrays.fill(factors, 1);
            Arrays.fill(factors, 0, 2 * rope.frequencies().length, rope.magnitude());
            return factors;
        });
    }

    private synchronized int of(Object key, boolean activations, Supplier<float[]> values) {
        Integer known = numbers.get(key);
        if (known != null) {
            return known;
        }
        int number = engine.number();
        float[] vector = values.get();
        engine.tell(new Program()
                .verb(Verb.CONSTANT)
                .with(number)
                .with(vector.length)
                .with(activations ? 1 : 0)
                .upload(vector));
        numbers.put(key, number);
        return number;
    }

    /** A pass begins. */
    synchronized void enter() {
        passes++;
    }

    /** A pass has ended. */
    synchronized void leave() {
        if (--passes == 0) {
            free(MOST);
        }
    }

    /** Frees the oldest but so many. */
    private void free(int kept) {
        Iterator<Integer> oldest = numbers.values().iterator();
        while (numbers.size() > kept) {
            engine.tell(new Program().verb(Verb.FREE_CONSTANT).with(oldest.next()));
            oldest.remove();
        }
    }

    synchronized void close() {
        free(0);
    }
}
