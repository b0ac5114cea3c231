package dev.exoflux.web.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ResponseStatusException;

/**
 * A failure as an HTTP client is told about it. This is the one place where {@linkplain ErrorCode codes} become a status and
 * OpenAI's {@code type} and {@code code}.
 *
 * @param param the request field at fault
 * @param retryAfter when trying again makes sense, or null
 */
public record ApiError(
        HttpStatusCode status,
        String type,
        String code,
        @Nullable String param,
        String message,
        @Nullable Duration retryAfter) {

    private static final String BAD_REQUEST = "invalid_request_error";
    private static final String SERVER = "server_error";
    private static final Duration SOON = Duration.ofSeconds(1);

    /** What a client is told about {@code failure}; nothing of the inside of a failure that is not meant for users. */
    public static ApiError of(Throwable failure) {
        return switch (failure) {
            case ExofluxException known -> of(known);
            case ResponseStatusException http -> of(http);
            default ->
                of(new ExofluxException(
                        ErrorCode.INTERNAL, "exoflux failed to answer this request.\nMaybe its log says why."));
        };
    }

    private static ApiError of(ExofluxException failure) {
        String message = String.valueOf(failure.getMessage());
        String param = failure.parameter();
        return switch (failure.code()) {
            case INVALID_REQUEST ->
                new ApiError(HttpStatus.BAD_REQUEST, BAD_REQUEST, "invalid_value", param, message, null);
            case TEMPLATE_ERROR, UNSUPPORTED, NOT_DIVISIBLE, RDMA_UNAVAILABLE ->
                new ApiError(HttpStatus.BAD_REQUEST, BAD_REQUEST, name(failure.code()), param, message, null);
            case CONTEXT_EXCEEDED ->
                new ApiError(HttpStatus.BAD_REQUEST, BAD_REQUEST, "context_length_exceeded", param, message, null);
            case MODEL_NOT_FOUND ->
                new ApiError(HttpStatus.NOT_FOUND, BAD_REQUEST, "model_not_found", "model", message, null);
            case OVERLOADED ->
                new ApiError(HttpStatus.TOO_MANY_REQUESTS, "rate_limit_error", "overloaded", param, message, SOON);
            case DEADLINE_EXCEEDED ->
                new ApiError(HttpStatus.GATEWAY_TIMEOUT, SERVER, name(failure.code()), param, message, SOON);
            case LOADING,
                    SHUTTING_DOWN,
                    PEER_LOST,
                    BACKEND_LOST,
                    RING_UNKNOWN,
                    VALIDATOR_LOST,
                    NO_PEERS,
                    INSUFFICIENT_MEMORY,
                    NOT_CONNECTED ->
                new ApiError(HttpStatus.SERVICE_UNAVAILABLE, SERVER, name(failure.code()), param, message, SOON);
            case OUT_OF_MEMORY, MODEL_INVALID, INVALID_CONFIGURATION, PROTOCOL, INTERNAL ->
                new ApiError(HttpStatus.INTERNAL_SERVER_ERROR, SERVER, name(failure.code()), param, message, null);
        };
    }

    private static ApiError of(ResponseStatusException failure) {
        HttpStatusCode status = failure.getStatusCode();
        HttpStatus known = HttpStatus.resolve(status.value());
        String phrase = known == null ? "http_" + status.value() : known.getReasonPhrase();
        String reason = failure.getReason();
        return new ApiError(
                status,
                status.is5xxServerError() ? SERVER : BAD_REQUEST,
                phrase.toLowerCase(Locale.ROOT).replace(' ', '_'),
                null,
                reason == null ? phrase : reason,
                null);
    }

    private static String name(ErrorCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }

    /** The body, in OpenAI's shape. */
    public byte[] json() {
        return Json.bytes(new Body(new Detail(message, type, param, code)));
    }

    private record Body(Detail error) {}

    private record Detail(
            String message,
            String type,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String param,

            String code) {}
}
