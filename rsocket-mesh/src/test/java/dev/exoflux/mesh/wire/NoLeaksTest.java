package dev.exoflux.mesh.wire;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What watches for leaks sees one. */
@ExtendWith(NoLeaks.class)
final class NoLeaksTest {

    @Test
    void seesABufferThatNobodyReleased() {
        leak();
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            NoLeaks.collect();
            return !RecordingLeakDetector.reports().isEmpty();
        });
        RecordingLeakDetector.reports().clear();
    }

    private static void leak() {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16);
        buffer.writeByte(1);
    }
}
