package dev.exoflux.pipeline.compose;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** The rules that can no longer be decided for one answer, and what becomes of it. Thread-safe. */
final class Losses {

    private static final Logger LOG = LoggerFactory.getLogger(Losses.class);

    private final Validated.OnLoss onLoss;
    private final Set<Rule> lost = ConcurrentHashMap.newKeySet();

    Losses(Validated.OnLoss onLoss) {
        this.onLoss = onLoss;
    }

    /** Runs what decides a rule, unless the rule is lost. */
    void run(Rule rule, Runnable deciding) {
        if (lost.contains(rule)) {
            return;
        }
        try {
            deciding.run();
        } catch (RuntimeException e) { // a rule of one's own may throw anything
            lose(rule, e);
        }
    }

    /** The name of the rule if it says no; empty if it says yes or is lost. */
    Mono<String> unlessAllowed(Rule rule, Mono<Boolean> allowed) {
        return lost.contains(rule)
                ? Mono.empty()
                : allowed.filter(yes -> !yes).map(no -> rule.name()).onErrorResume(e -> {
                    lose(rule, e);
                    return Mono.empty();
                });
    }

    private void lose(Rule rule, Throwable cause) {
        if (cause instanceof ExofluxException told && told.code() == ErrorCode.DEADLINE_EXCEEDED) {
            throw told; // the time of the whole request is over, and no rule's alone
        }
        ExofluxException loss =
                new ExofluxException(code(cause), """
                The validator cannot decide its rule %s any more: %s
                Maybe "on-validator-loss: continue" fits, if answers may go on without it.""".formatted(rule.name(), cause.getMessage()), cause);
        if (onLoss == Validated.OnLoss.FAIL) {
            throw loss;
        }
        lost.add(rule);
        LOG.warn("an answer goes on without a rule: {}", loss.getMessage());
    }

    /** What the request itself is to blame for, and a judge who has no time, are told as they are; all else is a loss. */
    private static ErrorCode code(Throwable cause) {
        if (cause instanceof ExofluxException told) {
            boolean gone = told.code().retryable() && told.code() != ErrorCode.OVERLOADED;
            return gone || told.code() == ErrorCode.MODEL_NOT_FOUND ? ErrorCode.VALIDATOR_LOST : told.code();
        }
        return ErrorCode.VALIDATOR_LOST;
    }

    boolean contains(Rule rule) {
        return lost.contains(rule);
    }

    /** Whether every rule could be decided. */
    boolean none() {
        return lost.isEmpty();
    }
}
