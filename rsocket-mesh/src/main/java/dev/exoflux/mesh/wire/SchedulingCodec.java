package dev.exoflux.mesh.wire;

import dev.exoflux.pipeline.Priority;
import dev.exoflux.pipeline.Scheduling;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** How a request stands beside others, as bytes: {@code docs/mesh-wire.md} has the layout. */
final class SchedulingCodec {

    private static final long NEVER = -1;

    private SchedulingCodec() {}

    static void write(Scheduling scheduling, InstantSource clock, ByteBuf out) {
        Instant deadline = scheduling.deadline();
        long left = deadline == null
                ? NEVER
                : Math.max(0, Duration.between(clock.instant(), deadline).toMillis());
        out.writeByte(number(scheduling.priority()))
                .writeLongLE(left)
                .writeIntLE(scheduling.prefillChunk())
                .writeIntLE(scheduling.inFlight());
    }

    static Scheduling read(FrameReader in, InstantSource clock) {
        Priority priority = priority(in.uint8());
        long left = in.int64();
        if (left < NEVER || left > Duration.ofDays(36_500).toMillis()) {
            throw WireErrors.damaged("its deadline is in %d ms".formatted(left));
        }
        @Nullable Instant deadline = left == NEVER ? null : clock.instant().plusMillis(left);
        return new Scheduling(priority, deadline, in.int32("tokens of a pass", 0), in.int32("batches in flight", 0));
    }

    /** Stable: constants of the enum may move, these numbers may not. */
    private static int number(Priority priority) {
        return switch (priority) {
            case NORMAL -> 0;
            case HIGH -> 1;
            case LOW -> 2;
        };
    }

    private static Priority priority(int number) {
        for (Priority priority : Priority.values()) {
            if (number(priority) == number) {
                return priority;
            }
        }
        throw WireErrors.damaged("its priority is " + number);
    }
}
