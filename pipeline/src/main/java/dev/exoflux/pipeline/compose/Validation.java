package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Speculated;
import dev.exoflux.pipeline.Token;
import dev.exoflux.pipeline.Token.Finish;
import dev.exoflux.pipeline.Token.FinishReason;
import dev.exoflux.pipeline.Token.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;

/**
 * One answer under its rules. Three things happen side by side: tokens come and are looked at ({@link #see}), judges think about the
 * prompt ({@link #promptBroken}), and, once there is an answer, about that ({@link #end}). Whoever first finds a rule broken says so
 * in {@link #broken}, and the answer gets the end that goes with it ({@link #filtered}).
 */
final class Validation {

    private final Validated validated;
    private final GenerationRequest request;
    private final Losses losses;
    private final Lookout lookout;
    private final AtomicReference<@Nullable Broken> broken = new AtomicReference<>();
    private final Sinks.Empty<Void> promptAllowed = Sinks.empty();
    private final AtomicInteger completionTokens = new AtomicInteger();
    private volatile Speculated speculated = Speculated.NONE;
    private List<Token> lastTokens = List.of();

    /** @param rest text that is sent with the end */
    private record Broken(String rule, String rest) {}

    Validation(Validated validated, GenerationRequest request) {
        this.validated = validated;
        this.request = request;
        this.losses = new Losses(validated.onLoss());
        this.lookout = new Lookout(validated.rules(), losses);
    }

    Flux<Token> over(Flux<Token> answer) {
        return answer.handle(this::see)
                .concatMapIterable(tokens -> tokens, 1)
                .concatWith(Flux.defer(this::end))
                .takeUntilOther(promptBroken())
                .concatWith(Mono.defer(this::filtered));
    }

    /** Tokens that may be sent. The last of an answer waits for {@link #end}, with those that have waited for it. */
    private void see(Token token, SynchronousSink<List<Token>> sink) {
        if (!token.prompt()) {
            completionTokens.incrementAndGet();
        }
        speculated = token.speculated();
        List<Token> clear;
        try {
            clear = lookout.see(token);
        } catch (RuntimeException e) {
            sink.error(e); // and the answer is cancelled
            return;
        }
        String rule = lookout.broken();
        if (rule != null) {
            broken.compareAndSet(null, new Broken(rule, lookout.clearRest()));
            sink.next(clear);
            sink.complete(); // and the answer is cancelled
        } else if (token.finish() != null) {
            lastTokens = clear;
        } else if (!clear.isEmpty()) {
            sink.next(clear);
        }
    }

    /** Emits once if the prompt breaks a rule; never completes, so that nothing ends with it otherwise. */
    private Flux<String> promptBroken() {
        return firstBroken(rule -> rule.allows(request))
                .doOnSuccess(rule -> {
                    if (rule == null) {
                        promptAllowed.tryEmitEmpty();
                    }
                })
                .doOnNext(rule -> broken.compareAndSet(null, new Broken(rule, "")))
                .concatWith(Flux.never());
    }

    /** The last tokens, once judges have had their say. */
    private Flux<Token> end() {
        if (lastTokens.isEmpty() || broken.get() != null) {
            return Flux.empty();
        }
        return promptAllowed
                .asMono()
                .then(Mono.defer(() -> firstBroken(rule -> rule.allows(request, lookout.answer()))))
                .doOnNext(rule -> broken.compareAndSet(null, new Broken(rule, "")))
                .hasElement()
                .flatMapIterable(isBroken -> isBroken ? List.of() : withVerdict());
    }

    private Mono<String> firstBroken(Function<Rule, Mono<Boolean>> asked) {
        return Flux.fromIterable(validated.rules())
                .flatMap(rule -> losses.unlessAllowed(rule, Mono.defer(() -> asked.apply(rule))))
                .next();
    }

    private List<Token> withVerdict() {
        List<Token> tokens = new ArrayList<>(lastTokens);
        Token last = tokens.removeLast();
        Finish finish = Objects.requireNonNull(last.finish(), "the last token");
        tokens.add(last.withFinish(finish.with(verdict(finish.verdict()))));
        return tokens;
    }

    /** @param before of a validator within the answer: only good news are replaced */
    private @Nullable Verdict verdict(@Nullable Verdict before) {
        if (before != null && !before.valid()) {
            return before;
        }
        return losses.none() ? Verdict.VALID : null;
    }

    /** The end of an answer that has broken a rule. What only its own end would have told is told as far as it is known. */
    private Mono<Token> filtered() {
        Broken found = broken.get();
        if (found == null) {
            return Mono.empty();
        }
        return validated
                .promptTokens()
                .of(request.prompt())
                .onErrorReturn(0) // the answer is over either way
                .map(promptTokens -> new Token(
                        Token.NONE,
                        found.rest,
                        false,
                        null,
                        new Finish(
                                FinishReason.CONTENT_FILTER,
                                promptTokens,
                                0,
                                completionTokens.get(),
                                speculated,
                                null,
                                new Verdict(found.rule))));
    }
}
