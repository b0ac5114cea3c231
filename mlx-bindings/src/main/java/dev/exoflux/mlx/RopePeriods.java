package dev.exoflux.mlx;

/** Frequencies as MLX takes them: it divides one by each. */
final class RopePeriods {

    private RopePeriods() {}

    /** For each frequency the number whose reciprocal in f32 comes closest to it: the same, or the float beside it. */
    static float[] of(float[] frequencies) {
        float[] periods = new float[frequencies.length];
        for (int i = 0; i < periods.length; i++) {
            periods[i] = period(frequencies[i]);
        }
        return periods;
    }

    private static float period(float frequency) {
        float best = 1 / frequency;
        for (float near : new float[] {Math.nextDown(best), Math.nextUp(best)}) {
            if (Math.abs(1 / near - frequency) < Math.abs(1 / best - frequency)) {
                best = near;
            }
        }
        return best;
    }
}
