package dev.exoflux.mesh.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which nothing has arrived for so long.
 *
 * <p>Time is counted in ticks rather than read from a clock: a machine that was suspended for a minute has then been silent for one
 * tick, not for sixty seconds, and looks at what has arrived meanwhile before it gives up on anybody.
 */
final class Silence extends ChannelInboundHandlerAdapter {

    private static final int TICKS = 4;

    private final long tickNanos;
    private @Nullable Future<?> ticking;
    private int silent;

    Silence(Duration bound) {
        tickNanos = bound.toNanos() / TICKS;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ticking = context.executor()
                .scheduleWithFixedDelay(() -> tick(context), tickNanos, tickNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        silent = 0;
        context.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    private void tick(ChannelHandlerContext context) {
        if (++silent > TICKS) {
            stop();
            context.fireExceptionCaught(ReadTimeoutException.INSTANCE);
            var _ = context.close();
        }
    }

    private void stop() {
        Future<?> ticks = ticking;
        if (ticks != null) {
            ticks.cancel(false);
        }
    }
}
