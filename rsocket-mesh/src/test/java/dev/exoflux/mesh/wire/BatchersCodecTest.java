package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.Speculated;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What heads say of their batchers. */
@ExtendWith(NoLeaks.class)
final class BatchersCodecTest {

    private static BatcherMetrics metrics(List<BatcherMetrics.Live> live, Double... steps) {
        BatcherMetrics.Flow flow = new BatcherMetrics.Flow(2, 14, 8.25, 120.5, List.of(steps));
        BatcherMetrics.Prefixes prefixes = new BatcherMetrics.Prefixes(7, 1L << 40, 3);
        return new BatcherMetrics(3, 5, 1, 2, 1L << 33, 4, 6, 1L << 35, 1L << 36, 500, prefixes, live, flow);
    }

    private static byte[] frame(Map<String, BatcherMetrics> batchers) {
        ByteBuf frame = BatchersCodec.encode(batchers, PooledByteBufAllocator.DEFAULT);
        try {
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }

    @Test
    void allArrivesButTheSequences() {
        BatcherMetrics.Live sequence = new BatcherMetrics.Live(1, 2, 3, 4, 5, 6, Speculated.NONE);
        byte[] frame = frame(Map.of("exoflux/tiny", metrics(List.of(sequence), 4.0, 2.5), "", metrics(List.of())));
        assertThat(BatchersCodec.decode(Unpooled.wrappedBuffer(frame)))
                .containsExactly(
                        Map.entry("", metrics(List.of())), Map.entry("exoflux/tiny", metrics(List.of(), 4.0, 2.5)));
        assertThat(BatchersCodec.decode(Unpooled.wrappedBuffer(frame(Map.of()))))
                .isEmpty();
    }

    @Test
    void refusesWhatIsCutShortOrGoesOn() {
        byte[] whole = frame(Map.of("m", metrics(List.of(), 1.0)));
        for (int length = 0; length <= whole.length + 1; length++) {
            if (length != whole.length) {
                ByteBuf other = Unpooled.wrappedBuffer(Arrays.copyOf(whole, length));
                assertThatThrownBy(() -> BatchersCodec.decode(other))
                        .isInstanceOfSatisfying(
                                ExofluxException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL));
            }
        }
    }
}
