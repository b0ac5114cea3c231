package dev.exoflux.web.http;

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

    /**
     * The body's bytes; nothing where it is empty. Fails with 413 for one that is too large, as soon as that is known. Cancel releases what
     * has arrived.
     */
    public Mono<byte[]> bytes(ServerRequest request) {
        // no doOnDiscard behind it: join has one of its own, and both would release what they discard
        return Mono.defer(() -> request.headers().contentLength().orElse(0) > limit
                ? Mono.error(tooLarge())
                : DataBufferUtils.join(request.exchange().getRequest().getBody(), limit)
                        .onErrorMap(DataBufferLimitException.class, e -> tooLarge())
                        .map(BoundedBody::released));
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
