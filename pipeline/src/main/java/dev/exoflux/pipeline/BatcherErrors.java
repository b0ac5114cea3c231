package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What requests are refused with, and what answers end in that cannot go on. */
final class BatcherErrors {

    private BatcherErrors() {}

    /** So many are live and wait: one too many. */
    static ExofluxException overloaded(int live, int waiting) {
        return new ExofluxException(ErrorCode.OVERLOADED, """
                %d requests are being answered and %d are waiting: no more may wait.
                Maybe try again in a moment, or raise max-concurrency.""".formatted(live, waiting));
    }

    /** The moment by which an answer had to have ended. */
    static ExofluxException late(@Nullable Instant deadline, boolean begun) {
        String when = begun ? "before its answer had ended" : "while it waited for its turn";
        return new ExofluxException(ErrorCode.DEADLINE_EXCEEDED, """
                The deadline of the request, %s, has passed %s.
                Maybe allow it more time, or a higher priority.""".formatted(deadline, when)).about("deadline");
    }

    static ExofluxException shuttingDown() {
        return new ExofluxException(
                ErrorCode.SHUTTING_DOWN, "The peer is shutting down.\nMaybe try again in a moment.");
    }

    /** What a ring ended in. */
    static ExofluxException of(Throwable cause) {
        return cause instanceof ExofluxException told
                ? told
                : new ExofluxException(ErrorCode.INTERNAL, "The ring of stages is lost: " + cause, cause);
    }

    /** There is no ring, after so long. */
    static ExofluxException impatient(@Nullable Throwable lost, Duration patience) {
        String wait = "%d ms".formatted(patience.toMillis());
        if (lost == null) {
            return new ExofluxException(ErrorCode.LOADING, """
                    The peers of the model could not be reached within %s.
                    Maybe it is still being placed: try again in a moment.""".formatted(wait));
        }
        ExofluxException told = of(lost);
        return new ExofluxException(told.code(), """
                %s No ring of peers came back within %s.
                Maybe start the peer again, or deploy the model on those that are left.""".formatted(firstLine(told), wait), lost);
    }

    /** A sequence was on too many rings that were lost. Not to be tried again: it would take more of them along. */
    static ExofluxException hopeless(Throwable last) {
        return new ExofluxException(ErrorCode.INTERNAL, """
                %d rings were lost before the next token of this answer came. The last one: %s
                Maybe a peer fails at this request: its log says why.""".formatted(Claim.MOST_LOSSES, firstLine(of(last))), last);
    }

    private static String firstLine(ExofluxException told) {
        return String.valueOf(told.getMessage()).lines().findFirst().orElse("");
    }

    /** The source of rings has come to its end without one. */
    static ExofluxException none() {
        return new ExofluxException(ErrorCode.NO_PEERS, "The model is on no peer.\nMaybe deploy it again.");
    }
}
