package dev.exoflux.mesh.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;

/**
 * Watches a connection that was accepted until its peer has introduced itself, and tells why it ended if that never happens:
 * what is thrown on the way (a failed TLS handshake, a frame that is none) otherwise disappears with the connection.
 */
final class Introduction extends ChannelInboundHandlerAdapter {

    private static final AttributeKey<Boolean> DONE = AttributeKey.valueOf(Introduction.class, "done");

    private final StrangerLog log;

    Introduction(StrangerLog log) {
        this.log = log;
    }

    /** The peer on {@code channel} is one of ours, or has been told of. */
    static void done(Channel channel) {
        channel.attr(DONE).set(true);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        reject(context.channel(), WireErrors.reason(cause));
        context.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        reject(context.channel(), "it left without a word that could be understood");
        context.fireChannelInactive();
    }

    private void reject(Channel channel, String reason) {
        if (channel.attr(DONE).getAndSet(true) == null) {
            log.rejected(channel.remoteAddress(), reason);
        }
    }
}
