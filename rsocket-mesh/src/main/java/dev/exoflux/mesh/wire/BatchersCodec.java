package dev.exoflux.mesh.wire;

import dev.exoflux.pipeline.BatcherMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What batchers are at, by model, as a frame: {@code docs/mesh-wire.md} has the layout. Their live sequences do not travel: that list is
 * empty on the other side.
 */
public final class BatchersCodec {

    private static final int VERSION = 1;
    private static final int BATCHER_BYTES = 124; // with an empty name, and no stage
    private static final int STEP_BYTES = 8;

    private BatchersCodec() {}

    /** The frame; the caller releases it. */
    public static ByteBuf encode(Map<String, BatcherMetrics> batchers, ByteBufAllocator allocator) {
        ByteBuf out = allocator.directBuffer().writeByte(VERSION).writeIntLE(batchers.size());
        new TreeMap<>(batchers).forEach((model, its) -> {
            FrameWriter.text(model, out);
            write(its, out);
        });
        return out;
    }

    private static void write(BatcherMetrics its, ByteBuf out) {
        out.writeIntLE(its.live())
                .writeIntLE(its.queued())
                .writeIntLE(its.returning())
                .writeIntLE(its.batchesInFlight())
                .writeLongLE(its.batches())
                .writeLongLE(its.recoveries())
                .writeLongLE(its.timesAside())
                .writeLongLE(its.reservedBytes())
                .writeLongLE(its.budgetBytes())
                .writeLongLE(its.cacheBytes())
                .writeIntLE(its.prefixes().sequences())
                .writeLongLE(its.prefixes().bytes())
                .writeLongLE(its.prefixes().reusedTokens())
                .writeIntLE(its.flow().mostInFlight())
                .writeLongLE(its.flow().credit())
                .writeDoubleLE(its.flow().roundMillis())
                .writeDoubleLE(its.flow().tokensPerSecond())
                .writeIntLE(its.flow().stepMillis().size());
        its.flow().stepMillis().forEach(out::writeDoubleLE);
    }

    /**
     * What a whole frame says, which the caller still owns.
     *
     * @throws dev.exoflux.model.ExofluxException PROTOCOL for anything that {@link #encode} would not have written
     */
    public static Map<String, BatcherMetrics> decode(ByteBuf frame) {
        FrameReader in = new FrameReader(frame);
        in.version(VERSION);
        int count = in.count("batchers", BATCHER_BYTES);
        Map<String, BatcherMetrics> batchers = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            batchers.put(in.text(), batcher(in));
        }
        in.end();
        return batchers;
    }

    private static BatcherMetrics batcher(FrameReader in) {
        return new BatcherMetrics(
                in.int32("running", 0),
                in.int32("waiting", 0),
                in.int32("returning", 0),
                in.int32("batches in flight", 0),
                in.int64(),
                in.int64(),
                in.int64(),
                in.int64(),
                in.int64(),
                in.int64(),
                new BatcherMetrics.Prefixes(in.int32("prefixes", 0), in.int64(), in.int64()),
                List.of(),
                new BatcherMetrics.Flow(
                        in.int32("most in flight", 0), in.int64(), in.float64(), in.float64(), steps(in)));
    }

    private static List<Double> steps(FrameReader in) {
        int count = in.count("stages", STEP_BYTES);
        List<Double> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            steps.add(in.float64());
        }
        return List.copyOf(steps);
    }
}
