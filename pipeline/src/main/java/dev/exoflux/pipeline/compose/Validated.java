package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * Reads along with answers, and ends those that break a rule.
 *
 * <p>An answer that breaks one is cancelled within the step that broke it. Its client gets what came before, and a last token
 * {@link Token#NONE} with CONTENT_FILTER and the rule's name; the text, the ids and the log-probabilities of what broke the rule
 * are not sent. So a token of which a part may yet break a rule waits until that is known: in its place another one is asked for,
 * so that the answer goes on. An answer that keeps to all rules comes with the same tokens as without them, and {@link
 * Token.Verdict#VALID}. The tokens of an echoed prompt are the client's own and pass.
 *
 * <p>One token may be computed ahead of the demand, besides those that wait. Cancel retires the answer and every question to a
 * judge.
 *
 * @param answering whose answers
 * @param rules the first that is broken is named
 * @param onLoss what happens to an answer when a rule can no longer be decided
 * @param promptTokens tells an answer that is cut short how long its prompt was
 */
public record Validated(Generator answering, List<Rule> rules, OnLoss onLoss, PromptTokens promptTokens)
        implements Generator {

    /** What happens to an answer when a rule can no longer be decided. */
    public enum OnLoss {
        /** It fails, in VALIDATOR_LOST or what the request is to blame for. */
        FAIL,
        /** It goes on by the other rules, and is not said to be valid. */
        CONTINUE
    }

    public Validated {
        rules = List.copyOf(rules);
    }

    /** Besides what {@code answering} may fail with: what a lost rule has failed with, where {@link OnLoss} says so. */
    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.defer(() -> new Validation(this, request).over(answering.generate(request)));
    }
}
