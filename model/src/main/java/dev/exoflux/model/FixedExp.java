package dev.exoflux.model;

/**
 * The exponential function for weights relative to the likeliest token, in units of 2^-44.
 *
 * <p>Written out because {@link Math#exp} may differ between machines and {@link StrictMath#exp} costs several times as much
 * over a whole vocabulary. A table of {@code 2^(j/256)} and a Taylor polynomial for the rest (Tang 1989); the relative error is
 * below 1e-14 before rounding.
 */
final class FixedExp {

    /** Numbers that {@link Block} takes at a time: its scratch stays in the first cache. */
    static final int BLOCK = 512;

    private static final int STEPS = 256;
    private static final double STEPS_A_LN2 = STEPS / 0.6931471805599453;
    /** ln 2 / 256 in two parts, the first with trailing zeros, so that multiples of it are exact. */
    private static final double STEP_HIGH = 0.6931471803691238 / STEPS;

    private static final double STEP_LOW = 1.9082149292705877E-10 / STEPS;
    /** Added and taken away again it rounds to an integer, which its low bits then hold. */
    private static final double ROUND = 0x1.8p52;

    private static final double SMALLEST = -31.2;
    private static final double[] POWERS = new double[STEPS];

    static {
        for (int j = 0; j < STEPS; j++) {
            POWERS[j] = 0x1p44 * StrictMath.pow(2, (double) j / STEPS);
        }
    }

    private FixedExp() {}

    /** {@code round(2^44 * exp(x))} for {@code x <= 0}. */
    static long weight(double x) {
        if (!(x > SMALLEST)) {
            return 0;
        }
        double rounded = x * STEPS_A_LN2 + ROUND;
        double steps = rounded - ROUND;
        double r = (x - steps * STEP_HIGH) - steps * STEP_LOW;
        double square = r * r;
        double e = (1 + r) + square * ((0.5 + r * (1.0 / 6)) + square * (1.0 / 24));
        return scaled(rounded, e);
    }

    private static long scaled(double rounded, double e) {
        long k = Double.doubleToRawLongBits(rounded);
        // the exponent grows by floor(k / 256), of which only the low bits survive the shift
        double power = Double.longBitsToDouble(Double.doubleToRawLongBits(POWERS[(int) k & 0xFF]) + ((k >> 8) << 52));
        return (long) (e * power + 0.5);
    }

    /**
     * The same weights for many logits, the same operations in the same order: but one loop holds the arithmetic alone, so
     * that the compiler makes vectors of it. Scratch of one {@link Sampler}; not thread-safe.
     */
    static final class Block {

        private final double[] rounded = new double[BLOCK];
        private final double[] polynomial = new double[BLOCK];
        private final long[] weights = new long[BLOCK];

        /**
         * {@code weight((scores[from + i] - highest) * scale)} for the next {@value #BLOCK} scores at most.
         *
         * @return scratch: good until the next call
         */
        long[] weights(float[] scores, int from, double highest, double scale) {
            int count = Math.min(BLOCK, scores.length - from);
            arithmetic(scores, from, count, highest, scale);
            for (int i = 0; i < count; i++) {
                weights[i] = scaled(rounded[i], polynomial[i]);
            }
            return weights;
        }

        private void arithmetic(float[] scores, int from, int count, double highest, double scale) {
            double[] roundedOut = rounded;
            double[] polynomialOut = polynomial;
            for (int i = 0; i < count; i++) {
                // what lies below SMALLEST rounds to nothing at SMALLEST too, and stays clear of exponents that
                // overflow
                double x = Math.max((scores[from + i] - highest) * scale, SMALLEST);
                double near = x * STEPS_A_LN2 + ROUND;
                double steps = near - ROUND;
                double r = (x - steps * STEP_HIGH) - steps * STEP_LOW;
                double square = r * r;
                roundedOut[i] = near;
                polynomialOut[i] = (1 + r) + square * ((0.5 + r * (1.0 / 6)) + square * (1.0 / 24));
            }
        }
    }
}
