package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a class of tests after which a buffer is found that nobody released. */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        assertThat(ResourceLeakDetector.getLevel())
                .as("leak detection: -Dio.netty.leakDetection.level=paranoid")
                .isEqualTo(ResourceLeakDetector.Level.PARANOID);
        assertThat(System.getProperty("io.netty.customResourceLeakDetector"))
                .isEqualTo(RecordingLeakDetector.class.getName());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        for (int i = 0; i < 3; i++) {
            collect();
        }
        assertThat(RecordingLeakDetector.reports()).isEmpty();
    }

    /** Has the detector report what is unreachable now. */
    static void collect() {
        System.gc();
        touch(PooledByteBufAllocator.DEFAULT);
        touch(ByteBufAllocator.DEFAULT);
        Unpooled.directBuffer(16).release();
    }

    /** The detector looks at what was collected when it is asked to track another buffer. */
    private static void touch(ByteBufAllocator memory) {
        ByteBuf buffer = memory.directBuffer(16);
        buffer.release();
        memory.compositeBuffer().release();
    }
}
