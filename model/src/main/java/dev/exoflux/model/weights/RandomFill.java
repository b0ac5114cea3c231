package dev.exoflux.model.weights;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Random;
import java.util.SplittableRandom;

/** Fills buffers with the random numbers of one tensor after another, as fast as a disk takes them. */
final class RandomFill {

    /** Spread of the weights: what transformers initialises these architectures with. */
    private static final double DEVIATION = 0.02;

    private final SplittableRandom random;
    private final short[] normal = new short[1 << Short.SIZE];
    private final int bits;

    RandomFill(int bits, long seed) {
        this.bits = bits;
        this.random = new SplittableRandom(seed);
        Random gaussian = new Random(seed);
        for (int i = 0; i < normal.length; i++) {
            normal[i] = bf16(gaussian.nextGaussian() * DEVIATION);
        }
    }

    /** Fills the whole buffer, a multiple of eight bytes, with numbers of a kind. */
    void fill(ByteBuffer buffer, RandomTensor.Filling filling) {
        LongBuffer longs = buffer.asLongBuffer();
        switch (filling) {
            case BITS -> fillBits(longs);
            case NORMAL -> fillNormal(longs);
            case ONES -> fillWith(longs, bf16(1));
            case SCALES -> fillWith(longs, bf16(scale()));
            case BIASES -> fillWith(longs, bf16(-scale() * ((1 << bits) - 1) / 2));
        }
    }

    /** A uniform variable over n equal steps deviates by sqrt((n^2 - 1) / 12) steps. */
    private double scale() {
        double steps = 1 << bits;
        return DEVIATION / Math.sqrt((steps * steps - 1) / 12);
    }

    private void fillBits(LongBuffer longs) {
        while (longs.hasRemaining()) {
            longs.put(random.nextLong());
        }
    }

    private void fillNormal(LongBuffer longs) {
        while (longs.hasRemaining()) {
            long draw = random.nextLong();
            long four = 0;
            for (int shift = 0; shift < Long.SIZE; shift += Short.SIZE) {
                int one = normal[(int) (draw >>> shift) & 0xFFFF];
                four |= (one & 0xFFFFL) << shift;
            }
            longs.put(four);
        }
    }

    private static void fillWith(LongBuffer longs, short value) {
        long four = (value & 0xFFFFL) * 0x0001_0001_0001_0001L;
        while (longs.hasRemaining()) {
            longs.put(four);
        }
    }

    private static short bf16(double value) {
        return (short) (Float.floatToIntBits((float) value) >>> Short.SIZE);
    }
}
