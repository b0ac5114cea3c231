package dev.exoflux.model;

/**
 * Seeds that are a function of where a draw happens, not of what was drawn before (the finaliser of SplitMix64, Steele,
 * Lea and Flood 2014). Every peer that knows base, shard and step knows the seed.
 */
public final class ShardSeed {

    private static final long SHARD_STRIDE = 0x9E3779B97F4A7C15L;

    private ShardSeed() {}

    /** A base of which branch 0 draws what branch {@code shard} draws of {@code base}. */
    public static long base(long base, long shard) {
        return base + SHARD_STRIDE * shard;
    }

    /**
     * The seed of one draw, in wrapping unsigned 64-bit arithmetic.
     *
     * @param base the request's seed
     * @param shard the branch of a triad: 0 main, 1 speculative, 2 validator; never a physical peer, since all ranks of a
     *     branch must draw the same token
     * @param step the position drawn; {@code base} and {@code step} add up, so neighbours of both collide
     */
    public static long derive(long base, long shard, long step) {
        long z = base(base, shard) + step;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
