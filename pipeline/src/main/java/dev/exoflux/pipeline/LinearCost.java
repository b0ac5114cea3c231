package dev.exoflux.pipeline;

/**
 * Estimates how long something takes by its size, as a line through what was measured: least squares in which an older measurement
 * counts for less. Not thread-safe.
 */
final class LinearCost {

    private static final double KEPT = 0.95;

    private double weight;
    private double sizes;
    private double times;
    private double squares;
    private double products;

    /** Takes a measurement. */
    void measured(double size, double time) {
        weight = KEPT * weight + 1;
        sizes = KEPT * sizes + size;
        times = KEPT * times + time;
        squares = KEPT * squares + size * size;
        products = KEPT * products + size * time;
    }

    /** Whether enough was measured, of different sizes, for a line. */
    boolean known() {
        return spread() > 1e-9 * weight * squares;
    }

    /** The time for a size, once {@link #known()}; larger sizes never take less. */
    double of(double size) {
        double slope = Math.max(0, (weight * products - sizes * times) / spread());
        return Math.max(0, times / weight + slope * (size - sizes / weight));
    }

    private double spread() {
        return weight * squares - sizes * sizes;
    }
}
