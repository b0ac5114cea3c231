package dev.exoflux.pipeline.compose;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.Speculated;
import dev.exoflux.pipeline.Token;
import dev.exoflux.pipeline.Token.Finish;
import dev.exoflux.pipeline.Token.FinishReason;
import dev.exoflux.pipeline.Token.Verdict;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/** How several answers that are given as one have ended. Thread-safe. */
final class Ends {

    private final Queue<Finish> finishes = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    /** The token as one that is not the last. */
    Token open(Token token) {
        Finish finish = token.finish();
        if (finish == null) {
            return token;
        }
        finishes.add(finish);
        return token.withFinish(null);
    }

    /** What is said in place of the rest of an answer. */
    String failed(Throwable failure) {
        failures.add(failure);
        return "[failed: %s]".formatted(failure instanceof ExofluxException e ? e.code() : failure.getMessage());
    }

    /** The last token of all; throws what the first has failed with where none came to an end. */
    Token together() {
        if (finishes.isEmpty()) {
            throw Exceptions.propagate(Objects.requireNonNull(failures.peek(), "every answer ends or fails"));
        }
        return Token.notice("")
                .withFinish(new Finish(
                        reason(),
                        sum(Finish::promptTokens),
                        sum(Finish::cachedTokens),
                        sum(Finish::completionTokens),
                        new Speculated(
                                sum(finish -> finish.speculated().proposed()),
                                sum(finish -> finish.speculated().accepted())),
                        null,
                        verdict()));
    }

    private int sum(ToIntFunction<Finish> tokens) {
        return finishes.stream().mapToInt(tokens).sum();
    }

    /** A reader has to know first of what was filtered, and then of what was cut. */
    private FinishReason reason() {
        return finishes.stream()
                .map(Finish::reason)
                .max(FinishReason::compareTo)
                .orElse(FinishReason.STOP);
    }

    /** Valid if each is; broken if one is. */
    private @Nullable Verdict verdict() {
        for (Finish finish : finishes) {
            Verdict verdict = finish.verdict();
            if (verdict != null && !verdict.valid()) {
                return verdict;
            }
        }
        return finishes.stream().allMatch(finish -> finish.verdict() != null) && failures.isEmpty()
                ? Verdict.VALID
                : null;
    }
}
