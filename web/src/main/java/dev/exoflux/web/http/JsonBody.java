package dev.exoflux.web.http;

import dev.exoflux.model.ExofluxException;
import java.util.Locale;
import java.util.function.Function;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

/** Request bodies: one JSON object, declared as JSON and of bounded size. */
public final class JsonBody {

    private final BoundedBody body;

    /** @param limit largest body accepted */
    public JsonBody(DataSize limit) {
        this.body = new BoundedBody((int) limit.toBytes(), "Maybe raise exoflux.web.max-body-size.");
    }

    /**
     * The body as {@code reader} makes it of the fields; a field the reader leaves unread is refused.
     *
     * <p>Fails with 415 for a body that is not declared as JSON (a page of another origin could send it unasked), 413 for one
     * that is too large and INVALID_REQUEST for one that is malformed. Cancel releases what has arrived.
     */
    public <T> Mono<T> read(ServerRequest request, Function<Fields, T> reader) {
        return Mono.defer(() -> {
            requireJson(request);
            return body.bytes(request)
                    .publishOn(Schedulers.parallel()) // megabytes of JSON would hold up the streams of this event loop
                    .map(JsonBody::parse)
                    .switchIfEmpty(Mono.error(() -> malformed("The body is empty; it must be a JSON object.")))
                    .map(fields -> readAll(fields, reader));
        });
    }

    private static <T> T readAll(Fields fields, Function<Fields, T> reader) {
        T value = reader.apply(fields);
        fields.refuseOthers();
        return value;
    }

    private static void requireJson(ServerRequest request) {
        MediaType type;
        try {
            type = request.headers().contentType().orElse(null);
        } catch (InvalidMediaTypeException e) {
            throw new UnsupportedMediaTypeStatusException(
                    "The body's Content-Type is '%s', which is no media type; it must be application/json."
                            .formatted(e.getMediaType()));
        }
        if (type == null || !MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)) {
            throw new UnsupportedMediaTypeStatusException(
                    "The body's Content-Type is %s; it must be application/json.\nMaybe add the header 'Content-Type: application/json'."
                            .formatted(type == null ? "missing" : type));
        }
    }

    private static Fields parse(byte[] body) {
        try {
            JsonNode node = Json.mapper().readTree(body);
            if (!node.isObject()) {
                throw malformed("The body is a JSON "
                        + node.getNodeType().name().toLowerCase(Locale.ROOT) + "; it must be an object.");
            }
            return Fields.ofBody(node);
        } catch (JacksonException e) {
            throw malformed("The body is not valid JSON%s: %s".formatted(place(e), reason(e)));
        }
    }

    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation(); // null where a limit was reached
        return at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    }

    /** Jackson's words without what is about Jackson. */
    private static String reason(JacksonException e) {
        return e.getOriginalMessage().replaceAll(" \\([^(]* at \\[Source.*]\\)|, from `[^`]*`", "");
    }

    private static ExofluxException malformed(String message) {
        return ExofluxException.invalid("body", message);
    }
}
