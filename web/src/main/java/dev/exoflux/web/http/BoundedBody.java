package dev.exoflux.web.http;

import java.time.Duration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/**
 * Request bodies of bounded size, whole.
 *
 * @param limit most bytes
 * @param help what a client is told that sends more, as a sentence
 */
public record BoundedBody(int limit, String help) {

    private static final long MOST_PASSED = 32L << 20;
    private static final Duration LONGEST_PASSED = Duration.ofSeconds(5);

    /**
     * The body's bytes; nothing where it is empty. Fails with 413 for one that is too large, as soon as that is known; what a client says
     * beforehand to be somewhat too large is let pass first, since most send all before they read an answer. Cancel releases what has
     * arrived.
     */
    public Mono<byte[]> bytes(ServerRequest request) {
        // no doOnDiscard behind it: join has one of its own, and both would release what they discard
        return Mono.defer(() -> request.headers().contentLength().orElse(0) > limit
                ? passed(request).then(Mono.error(tooLarge()))
                : DataBufferUtils.join(request.exchange().getRequest().getBody(), limit)
                        .onErrorMap(DataBufferLimitException.class, e -> tooLarge())
                        .map(BoundedBody::released));
    }

    /** Completes when a body has gone by, or is not worth the wait. */
    private static Mono<Void> passed(ServerRequest request) {
        return request.headers().contentLength().orElse(0) > MOST_PASSED
                ? Mono.empty()
                : request.exchange()
                        .getRequest()
                        .getBody()
                        .doOnNext(DataBufferUtils::release)
                        .take(LONGEST_PASSED)
                        .then();
    }

    private static byte[] released(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private ResponseStatusException tooLarge() {
        return new ResponseStatusException(
                HttpStatus.CONTENT_TOO_LARGE, "The body is larger than %d bytes.\n%s".formatted(limit, help));
    }
}
