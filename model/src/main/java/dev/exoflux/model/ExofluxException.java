package dev.exoflux.model;

import org.jspecify.annotations.Nullable;

/**
 * A failure a user is told about: its message names the thing, its value and, on a line of its own, what may help.
 *
 * <p>One class with a closed list of {@linkplain ErrorCode codes} rather than a class for each: what callers do with it
 * (status, retry, message) depends on the code alone.
 */
public final class ExofluxException extends RuntimeException {

    private final ErrorCode code;
    private final @Nullable String parameter;

    public ExofluxException(ErrorCode code, String message) {
        this(code, message, null, null);
    }

    public ExofluxException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, null, cause);
    }

    private ExofluxException(ErrorCode code, String message, @Nullable String parameter, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.parameter = parameter;
    }

    /** An {@link ErrorCode#INVALID_REQUEST} about one field of a request, named as the user wrote it. */
    public static ExofluxException invalid(String parameter, String message) {
        return new ExofluxException(ErrorCode.INVALID_REQUEST, message, parameter, null);
    }

    /** The same failure, said of the request field that caused it. */
    public ExofluxException about(String field) {
        return new ExofluxException(code, String.valueOf(getMessage()), field, this);
    }

    public ErrorCode code() {
        return code;
    }

    /** The request field or command option at fault, or null where there is none. */
    public @Nullable String parameter() {
        return parameter;
    }
}
