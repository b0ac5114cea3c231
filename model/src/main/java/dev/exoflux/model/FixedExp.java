package dev.exoflux.model;

/**
 * The exponential function for weights relative to the likeliest token, in units of 2^-44.
 *
 * <p>Written out because {@link Math#exp} may differ between machines and {@link StrictMath#exp} costs several times as much
 * over a whole vocabulary. Range reduction by Cody and Waite, then a Taylor polynomial of degree 12: the relative error is
 * below 1e-15 before rounding.
 */
final class FixedExp {

    private static final double LOG2_E = 1.4426950408889634;
    /** ln 2 in two parts, the first with trailing zeros, so that a small multiple of it is exact. */
    private static final double LN2_HIGH = 0.6931471803691238;

    private static final double LN2_LOW = 1.9082149292705877e-10;
    private static final double ROUND = 0x1.8p52;
    private static final double SMALLEST = -31.2;

    private FixedExp() {}

    /** {@code round(2^44 * exp(x))} for {@code x <= 0}. */
    static long weight(double x) {
        if (!(x > SMALLEST)) {
            return 0;
        }
        double k = (x * LOG2_E + ROUND) - ROUND; // to the nearest integer
        double r = (x - k * LN2_HIGH) - k * LN2_LOW;
        double e = 1.0 / 479001600;
        e = e * r + 1.0 / 39916800;
        e = e * r + 1.0 / 3628800;
        e = e * r + 1.0 / 362880;
        e = e * r + 1.0 / 40320;
        e = e * r + 1.0 / 5040;
        e = e * r + 1.0 / 720;
        e = e * r + 1.0 / 120;
        e = e * r + 1.0 / 24;
        e = e * r + 1.0 / 6;
        e = e * r + 0.5;
        e = e * r + 1.0;
        e = e * r + 1.0;
        double scale = Double.longBitsToDouble((1023L + 44 + (long) k) << 52);
        return (long) (e * scale + 0.5);
    }
}
