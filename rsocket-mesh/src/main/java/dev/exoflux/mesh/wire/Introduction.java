package dev.exoflux.mesh.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Watches a connection that was accepted until its peer has introduced itself, and tells why it ended if that never happens:
 * what is thrown on the way (a failed TLS handshake, a frame that is none) otherwise disappears with the connection.
 */
final class Introduction extends ChannelInboundHandlerAdapter {

    private static final AttributeKey<Boolean> DONE = AttributeKey.valueOf(Introduction.class, "done");
    private static final AttributeKey<Throwable> CAUSE = AttributeKey.valueOf(Introduction.class, "cause");

    /** Tells of {@code channel} when it closes before its peer is {@linkplain #done known}. */
    static void watch(Channel channel, StrangerLog log) {
        channel.closeFuture().addListener(closed -> {
            if (channel.attr(DONE).get() == null) {
                log.rejected(channel.remoteAddress(), reason(channel));
            }
        });
    }

    /** The peer on {@code channel} is one of ours, or has been told of. */
    static void done(Channel channel) {
        channel.attr(DONE).set(true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.channel().attr(CAUSE).setIfAbsent(cause);
        context.fireExceptionCaught(cause);
    }

    private static String reason(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        Throwable handshake = tls == null ? null : tls.handshakeFuture().cause();
        @Nullable Throwable cause = handshake == null ? channel.attr(CAUSE).get() : handshake;
        return cause == null ? "it left without a word that could be understood" : WireErrors.reason(cause);
    }
}
