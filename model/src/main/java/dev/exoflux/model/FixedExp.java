package dev.exoflux.model;

/**
 * The exponential function for weights relative to the likeliest token, in units of 2^-44.
 *
 * <p>Written out because {@link Math#exp} may differ between machines and {@link StrictMath#exp} costs several times as much
 * over a whole vocabulary. A table of {@code 2^(j/256)} and a Taylor polynomial for the rest (Tang 1989); the relative error is
 * below 1e-14 before rounding.
 */
final class FixedExp {

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
        long k = Double.doubleToRawLongBits(rounded);
        double r = (x - steps * STEP_HIGH) - steps * STEP_LOW;
        double square = r * r;
        double e = (1 + r) + square * ((0.5 + r * (1.0 / 6)) + square * (1.0 / 24));
        // the exponent grows by floor(k / 256), of which only the low bits survive the shift
        double power = Double.longBitsToDouble(Double.doubleToRawLongBits(POWERS[(int) k & 0xFF]) + ((k >> 8) << 52));
        return (long) (e * power + 0.5);
    }
}
