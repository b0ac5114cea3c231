package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How fast this machine reads memory from front to back: the limit of decoding, which reads all weights for each token.
 */
public final class MemoryBandwidth {

    /** Far more than any cache of a processor that computes with few threads. */
    private static final long BYTES = 256L << 20;

    /** What a thread reads at a time: as much as the kernels do, or a few times that. */
    private static final int PIECE = 256 << 10;

    /** Bytes that memory brings at once, or a part of them. */
    private static final int LINE = 64;

    private static final long NANOS = 500_000_000;

    /** For a part of the weights. */
    private static final long NANOS_OF_WEIGHTS = 100_000_000;

    /** Times what was asked for, where the compiler comes late to the loop. */
    private static final int PATIENCE = 10;

    /** What a processor may keep in its caches says nothing of the memory. */
    private static final long LEAST_BYTES = 64L << 20;

    private MemoryBandwidth() {}

    /**
     * Reads for half a second or so with {@code threads} threads, the way the backend's kernels are shared out.
     *
     * @return bytes per second of the fastest round: what the machine can do when nobody else needs it
     * @throws dev.exoflux.model.ExofluxException OUT_OF_MEMORY where 256 MiB are not to be had
     */
    public static long measure(int threads) {
        NativeMemory memory = new NativeMemory(PhysicalMemory::available);
        try (Workers workers = new Workers(threads);
                NativeMemory.Block block = memory.allocate(BYTES, "measuring the memory bandwidth")) {
            long address = block.address();
            workers.run((int) (BYTES / PIECE), 1, (from, to, its) -> fill(address, from, to), new Scratch());
            return measure(workers, address, BYTES, NANOS);
        }
    }

    /** The same with what is in memory already; 0 if that is too little. */
    static long measure(Workers workers, NativeMemory.Block block) {
        return block.bytes() < LEAST_BYTES ? 0 : measure(workers, block.address(), block.bytes(), NANOS_OF_WEIGHTS);
    }

    private static long measure(Workers workers, long address, long bytes, long nanos) {
        Scratch scratch = new Scratch();
        int pieces = Math.toIntExact(bytes / PIECE);
        AtomicLong sum = new AtomicLong();
        long best = Long.MAX_VALUE;
        long begun = System.nanoTime();
        long progress = begun;
        long now = begun;
        while (now < progress + nanos && now < begun + PATIENCE * nanos) {
            workers.run(pieces, 1, (from, to, its) -> sum.addAndGet(read(address, from, to)), scratch);
            long round = System.nanoTime() - now;
            now += round;
            if (round < best - best / 10) {
                progress = now;
            }
            best = Math.min(best, round);
        }
        return (long) ((long) pieces * PIECE * 1e9 / best);
    }

    private static void fill(long address, int from, int to) {
        for (long at = address + (long) from * PIECE; at < address + (long) to * PIECE; at += Long.BYTES) {
            NativeMemory.ALL.set(JAVA_LONG, at, at);
        }
    }

    /** A word of each line is enough for the memory to bring the line; more would time the loop. */
    private static long read(long address, int from, int to) {
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        for (long at = address + (long) from * PIECE; at < address + (long) to * PIECE; at += 4 * LINE) {
            a += NativeMemory.ALL.get(JAVA_LONG, at);
            b += NativeMemory.ALL.get(JAVA_LONG, at + LINE);
            c += NativeMemory.ALL.get(JAVA_LONG, at + 2 * LINE);
            d += NativeMemory.ALL.get(JAVA_LONG, at + 3 * LINE);
        }
        return a + b + c + d;
    }
}
