package dev.exoflux.mesh.wire;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import io.netty.handler.timeout.ReadTimeoutException;
import io.rsocket.RSocketErrorException;
import io.rsocket.exceptions.CustomRSocketException;
import io.rsocket.exceptions.RejectedSetupException;

/** Failures as RSocket's error frames say them, and back: the one table of codes between peers. */
final class WireErrors {

    /** RSocket leaves the codes above 0x300 to applications. */
    private static final int FIRST = 0x301;

    private static final int MESSAGE_LIMIT = 1024;

    private WireErrors() {}

    /** A frame that does not say what a frame says. */
    static ExofluxException damaged(String how) {
        return new ExofluxException(
                ErrorCode.PROTOCOL,
                "A message between two peers cannot be read: " + how
                        + ".\nMaybe run the same release of exoflux on both.");
    }

    /** A frame of another version than is known here. */
    static ExofluxException version(int version, int known) {
        return new ExofluxException(ErrorCode.PROTOCOL, """
                A peer sends messages of version %d, this one reads version %d.
                Maybe run the same release of exoflux on both.""".formatted(version, known));
    }

    /** What goes to the peer downstream; of a defect no more than that it is one. */
    static RSocketErrorException outbound(Throwable failure) {
        ExofluxException told = failure instanceof ExofluxException known
                ? known
                : new ExofluxException(ErrorCode.INTERNAL, "A peer failed: its log says why.", failure);
        String message = String.valueOf(told.getMessage());
        return new CustomRSocketException(
                number(told.code()), message.substring(0, Math.min(message.length(), MESSAGE_LIMIT)), failure);
    }

    /**
     * What an edge ended in, as the peer downstream sees it.
     *
     * @param edge as a message names it
     */
    static ExofluxException inbound(Throwable failure, String edge) {
        return switch (failure) {
            case ExofluxException told -> told;
            case RejectedSetupException refused ->
                new ExofluxException(ErrorCode.PROTOCOL, "%s: %s".formatted(edge, refused.getMessage()), refused);
            case CustomRSocketException told ->
                new ExofluxException(code(told.errorCode()), String.valueOf(told.getMessage()), told);
            default ->
                new ExofluxException(
                        ErrorCode.PEER_LOST,
                        "%s is lost: %s.\nMaybe the peer stopped, or the network between the two failed."
                                .formatted(edge, reason(failure)),
                        failure);
        };
    }

    /** In words, for a message. */
    static String reason(Throwable failure) {
        if (failure instanceof ReadTimeoutException) {
            return "nothing was heard of it for too long";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** Stable: constants of the enum may move, these numbers may not. */
    private static int number(ErrorCode code) {
        return FIRST
                + switch (code) {
                    case INTERNAL -> 0;
                    case PEER_LOST -> 1;
                    case RING_UNKNOWN -> 2;
                    case PROTOCOL -> 3;
                    case OUT_OF_MEMORY -> 4;
                    case SHUTTING_DOWN -> 5;
                    case OVERLOADED -> 6;
                    case LOADING -> 7;
                    case INVALID_REQUEST -> 8;
                    case CONTEXT_EXCEEDED -> 9;
                    case MODEL_NOT_FOUND -> 10;
                    case MODEL_INVALID -> 11;
                    case UNSUPPORTED -> 12;
                    case TEMPLATE_ERROR -> 13;
                    case INVALID_CONFIGURATION -> 14;
                    case NO_PEERS -> 15;
                    case INSUFFICIENT_MEMORY -> 16;
                    case NOT_CONNECTED -> 17;
                    case NOT_DIVISIBLE -> 18;
                    case RDMA_UNAVAILABLE -> 19;
                    case VALIDATOR_LOST -> 20;
                    case DEADLINE_EXCEEDED -> 21;
                    case BACKEND_LOST -> 22;
                };
    }

    private static ErrorCode code(int number) {
        for (ErrorCode code : ErrorCode.values()) {
            if (number(code) == number) {
                return code;
            }
        }
        return ErrorCode.INTERNAL;
    }
}
