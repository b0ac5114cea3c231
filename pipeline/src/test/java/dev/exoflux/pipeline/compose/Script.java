package dev.exoflux.pipeline.compose;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Priority;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Scheduling;
import dev.exoflux.pipeline.Token;
import dev.exoflux.pipeline.Token.Finish;
import dev.exoflux.pipeline.Token.FinishReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;

/** A generator whose answers a test writes, and which counts what becomes of them. */
final class Script implements Generator {

    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final PromptTokens SEVEN = prompt -> reactor.core.publisher.Mono.just(7);

    /** Before others, and with an end. */
    static final Scheduling URGENT =
            new Scheduling(Priority.HIGH, Instant.parse("2100-01-01T00:00:00Z"), 64, Scheduling.AS_THE_MODEL);

    private final Flux<Token> answer;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger computed = new AtomicInteger();
    private final List<GenerationRequest> requests = new ArrayList<>();

    private Script(Flux<Token> answer) {
        this.answer = answer;
    }

    /** Says these texts, a token each and one for the end. */
    static Script saying(String... texts) {
        return new Script(Flux.fromIterable(tokens(texts)));
    }

    static Script of(Flux<Token> answer) {
        return new Script(answer);
    }

    static Script silent() {
        return new Script(Flux.never());
    }

    static Script failing(ErrorCode code) {
        return new Script(Flux.error(new ExofluxException(code, code + " was told.")));
    }

    static List<Token> tokens(String... texts) {
        List<Token> tokens = new ArrayList<>();
        for (String text : texts) {
            tokens.add(new Token(tokens.size(), text, false, null, null));
        }
        Finish finish = new Finish(FinishReason.STOP, 7, 0, texts.length + 1, null);
        tokens.add(new Token(tokens.size(), "", false, null, finish));
        return tokens;
    }

    static GenerationRequest request(String prompt) {
        return new GenerationRequest(
                "test/model", new Prompt.Text(prompt), SamplingSettings.GREEDY, 100, List.of(), false, false);
    }

    static String text(List<Token> tokens) {
        return tokens.stream().map(Token::text).collect(Collectors.joining());
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.defer(() -> {
            asked.incrementAndGet();
            requests.add(request);
            return answer.doOnNext(token -> computed.incrementAndGet()).doOnCancel(cancelled::incrementAndGet);
        });
    }

    /** Requests that have come. */
    List<GenerationRequest> requests() {
        return requests;
    }

    int asked() {
        return asked.get();
    }

    int cancelled() {
        return cancelled.get();
    }

    /** Tokens that have left it. */
    int computed() {
        return computed.get();
    }
}
