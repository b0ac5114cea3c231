package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.exoflux.model.AttentionShape;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The compiled {@code attention.c}: attention over a KV cache in bf16 or 8 bits, for several rows at once, which share what is
 * read of it. Gives the bits of {@link VectorAttention}.
 */
@SuppressWarnings("restricted") // our own code, called with the extents it was written for
final class CompiledAttention {

    private static final MethodHandle ATTENTION = Linker.nativeLinker()
            .downcallHandle(
                    FunctionDescriptor.ofVoid(
                            ADDRESS, // q
                            JAVA_LONG, // q_at
                            JAVA_INT, // row_count
                            JAVA_INT, // row_width
                            JAVA_INT, // heads
                            JAVA_INT, // head_dim
                            JAVA_INT, // stride
                            JAVA_FLOAT, // scale
                            JAVA_INT, // bits
                            ADDRESS, // blocks
                            JAVA_INT, // block_count
                            JAVA_INT, // first_block
                            JAVA_INT, // position
                            JAVA_INT, // window
                            ADDRESS, // work
                            ADDRESS, // out
                            JAVA_LONG), // out_at
                    Linker.Option.critical(true));

    /** Queries that pass over the cache together at most. */
    private static final int QUERIES = 16;

    private final MemorySegment function;

    CompiledAttention(MemorySegment function) {
        this.function = function;
    }

    static boolean supports(KvLayout layout) {
        return switch (layout) {
            case KvLayout.F32 _ -> false;
            case Bf16Layout halves -> halves.headDim() % 2 == 0;
            case Int8Layout _ -> true;
        };
    }

    /** As {@link Kernels#attendedRows} says. */
    static int rows(AttentionShape shape) {
        return Math.max(1, QUERIES / (shape.heads() / shape.kvHeads()));
    }

    /** As {@link Kernels#attend} says; more heads than {@link #QUERIES} in turn. */
    void attend(
            float[] q,
            int qAt,
            int rows,
            CpuKvCache cache,
            AttentionShape shape,
            int kvHead,
            int position,
            float[] out,
            int outAt,
            Scratch scratch) {
        KvLayout layout = cache.layout();
        int firstBlock = shape.firstVisible(position) / CpuKvCache.BLOCK;
        int count = (position + rows - 1) / CpuKvCache.BLOCK - firstBlock + 1;
        long[] blocks = scratch.longs(count);
        for (int i = 0; i < count; i++) {
            blocks[i] = cache.keys(shape.layer(), kvHead, firstBlock + i);
        }
        Segments arrays = scratch.segments();
        int shared = shape.heads() / shape.kvHeads();
        float[] work = scratch.floats(QUERIES * (count * CpuKvCache.BLOCK + layout.stride()));
        for (int head = 0; head < shared; head += QUERIES) {
            try {
                ATTENTION.invokeExact(
                        function,
                        arrays.of(q),
                        qAt + (long) head * layout.headDim(),
                        rows,
                        shape.heads() * layout.headDim(),
                        Math.min(QUERIES, shared - head),
                        layout.headDim(),
                        layout.stride(),
                        shape.scale(),
                        Integer.SIZE / layout.parts(),
                        arrays.of(blocks),
                        count,
                        firstBlock,
                        position,
                        shape.window(),
                        arrays.of(work),
                        arrays.of(out),
                        outAt + (long) head * layout.headDim());
            } catch (Throwable e) {
                throw new IllegalStateException("attention of %s cannot be called".formatted(shape), e);
            }
        }
    }
}
