package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;

/**
 * Hands a request to the first of several, and to the next where that one fails, or is full, before its first token. An answer that
 * fails later fails: its beginning was sent, and another's would not go on from there. The error of the last one is the answer's.
 * Cancel goes to whoever answers.
 *
 * @param choices at least one
 */
public record FallingBack(List<Generator> choices) implements Generator {

    public FallingBack {
        choices = List.copyOf(choices);
    }

    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return from(0, request);
    }

    private Flux<Token> from(int choice, GenerationRequest request) {
        if (choice == choices.size() - 1) {
            return choices.get(choice).generate(request);
        }
        return Flux.defer(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            return choices.get(choice)
                    .generate(request)
                    .doOnNext(token -> begun.setPlain(true))
                    .onErrorResume(e -> !begun.get(), e -> from(choice + 1, request));
        });
    }
}
