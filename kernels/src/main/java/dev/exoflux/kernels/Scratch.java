package dev.exoflux.kernels;

/** Room one thread computes in; what it holds is lost from one kernel call to the next. */
final class Scratch {

    private float[] floats = new float[0];
    private int[] ints = new int[0];
    private long[] longs = new long[0];
    private final Segments segments = new Segments();
    private final Workers.Loops loops = new Workers.Loops();

    /** Arrays as compiled code is handed them. */
    Segments segments() {
        return segments;
    }

    /** What this thread shares out. */
    Workers.Loops loops() {
        return loops;
    }

    /** At least {@code length} floats. */
    float[] floats(int length) {
        if (floats.length < length) {
            floats = new float[Math.max(length, 2 * floats.length)];
        }
        return floats;
    }

    /** At least {@code length} ints. */
    int[] ints(int length) {
        if (ints.length < length) {
            ints = new int[Math.max(length, 2 * ints.length)];
        }
        return ints;
    }

    /** At least {@code length} longs. */
    long[] longs(int length) {
        if (longs.length < length) {
            longs = new long[Math.max(length, 2 * longs.length)];
        }
        return longs;
    }
}
