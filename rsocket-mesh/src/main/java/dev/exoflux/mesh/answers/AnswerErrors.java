package dev.exoflux.mesh.answers;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What answers end in that no peer goes on with. */
final class AnswerErrors {

    private AnswerErrors() {}

    /** Asked for at a peer that does not have the model's batcher. */
    static ExofluxException notHere(String model) {
        return new ExofluxException(ErrorCode.RING_UNKNOWN, """
                This peer does not answer for %s, or no longer.
                Maybe the model has been placed anew: try again in a moment.""".formatted(model));
    }

    /** Waited for in vain at a peer whose place another has taken. */
    static ExofluxException moved() {
        return new ExofluxException(
                ErrorCode.RING_UNKNOWN,
                "The model has been placed anew before the answer went on.\nMaybe try again in a moment.");
    }

    /** Nobody answers, after so long. */
    static ExofluxException impatient(@Nullable ExofluxException last, Duration patience) {
        if (last == null) {
            return new ExofluxException(ErrorCode.LOADING, """
                    No peer has answered for the model within %d ms.
                    Maybe it is still being placed: try again in a moment.""".formatted(patience.toMillis()));
        }
        return new ExofluxException(last.code(), """
                %s No peer has gone on with the answer within %d ms.
                Maybe start the peer again, or deploy the model on those that are left.""".formatted(firstLine(last), patience.toMillis()), last);
    }

    /** Lost at too many peers. */
    static ExofluxException hopeless(int losses, ExofluxException last) {
        return new ExofluxException(ErrorCode.INTERNAL, """
                %d peers were lost before the next token of this answer came. The last one: %s
                Maybe a peer fails at this request: its log says why.""".formatted(losses, firstLine(last)), last);
    }

    /** The source of routes has come to its end without one. */
    static ExofluxException none() {
        return new ExofluxException(ErrorCode.NO_PEERS, "The model is on no peer.\nMaybe deploy it again.");
    }

    private static String firstLine(ExofluxException told) {
        return String.valueOf(told.getMessage()).lines().findFirst().orElse("");
    }
}
