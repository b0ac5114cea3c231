package dev.exoflux.web.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Server-sent events whose reader sets the pace: the next event is asked for when the one before has left for the socket, so
 * that a client which stops reading stops what makes the events as soon as the sockets' buffers are full.
 */
public final class EventStream {

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    private static final byte[] SUFFIX = "\n\n".getBytes(StandardCharsets.US_ASCII);

    /** Room for some dozens of events: left alone, the system lets a slow reader's socket grow to megabytes. */
    private static final int SOCKET_BUFFER_BYTES = 16 * 1024;

    private final Duration patience;

    /** @param patience how long a reader may take nothing before it counts as gone; until then it holds its place */
    public EventStream(Duration patience) {
        this.patience = patience;
    }

    /** What OpenAI sends last on a stream that is complete. */
    public static byte[] done() {
        return "[DONE]".getBytes(StandardCharsets.US_ASCII);
    }

    /** Streams {@code lines}, each the data of an event without a name; otherwise as {@link #named}. */
    public Mono<ServerResponse> response(Flux<byte[]> lines) {
        return named(lines.map(SentEvent::unnamed));
    }

    /**
     * Streams {@code events}.
     *
     * <p>An error before the first event is an error of the response, with its own status. A later one becomes an event in
     * OpenAI's error shape and the end of the stream. Cancelled when the client disconnects or takes nothing for too long.
     */
    public Mono<ServerResponse> named(Flux<SentEvent> events) {
        return ServerResponse.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .cacheControl(CacheControl.noCache())
                .header("X-Accel-Buffering", "no") // for proxies that would collect the answer first
                .build((exchange, context) -> write(withErrorEvent(events), exchange.getResponse()));
    }

    private static Flux<SentEvent> withErrorEvent(Flux<SentEvent> events) {
        return Flux.defer(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            return events.doOnNext(event -> begun.set(true)).onErrorResume(failure -> {
                if (!begun.get()) {
                    return Mono.error(failure);
                }
                ApiError error = ApiError.of(failure);
                FailureLog.write("A stream in the middle", failure, error);
                return Mono.just(SentEvent.unnamed(error.json()));
            });
        });
    }

    private Mono<Void> write(Flux<SentEvent> events, ServerHttpResponse response) {
        Channel channel = channel(response);
        if (channel != null) {
            channel.config().setOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        }
        return response.writeAndFlushWith(events.concatMap(
                event -> oneByOne(framed(event, response.bufferFactory()), channel), 0));
    }

    private static Mono<DataBuffer> framed(SentEvent event, DataBufferFactory buffers) {
        return Mono.fromSupplier(() -> buffers.allocateBuffer(event.head().length + event.line().length + SUFFIX.length)
                .write(event.head())
                .write(event.line())
                .write(SUFFIX));
    }

    /** Hands {@code event} over to be written and completes when it was. */
    private Flux<Publisher<DataBuffer>> oneByOne(Mono<DataBuffer> event, @Nullable Channel channel) {
        if (channel == null) {
            return Flux.just(event);
        }
        Sinks.Empty<Publisher<DataBuffer>> taken = Sinks.empty();
        return Flux.concat(
                Mono.just(event.doAfterTerminate(taken::tryEmitEmpty)),
                taken.asMono(),
                Mono.defer(() -> EventStream.<Publisher<DataBuffer>>written(channel)
                        .timeout(patience, Mono.defer(() -> giveUp(channel)))));
    }

    /** Completes when all that was handed to the channel so far has left for the socket. */
    private static <T> Mono<T> written(Channel channel) {
        return Mono.create(sink -> channel.eventLoop()
                .execute(() -> channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(write -> {
                    if (write.isSuccess()) {
                        sink.success();
                    } else {
                        sink.error(write.cause());
                    }
                })));
    }

    /** Closing the connection cancels the stream, as if the reader had done it. */
    private static <T> Mono<T> giveUp(Channel channel) {
        LOG.info(
                "The reader of a stream at {} takes nothing any more: closing its connection", channel.remoteAddress());
        var _ = channel.close();
        return Mono.never();
    }

    /** Null on a server that is not Reactor Netty, whose own buffers then set the pace. */
    private static @Nullable Channel channel(ServerHttpResponse response) {
        ServerHttpResponse inner = response;
        while (inner instanceof ServerHttpResponseDecorator decorator) {
            inner = decorator.getDelegate();
        }
        if (inner instanceof AbstractServerHttpResponse server
                && server.getNativeResponse() instanceof HttpServerResponse netty) {
            Channel[] channel = new Channel[1];
            netty.withConnection(connection -> channel[0] = connection.channel());
            return channel[0];
        }
        return null;
    }
}
