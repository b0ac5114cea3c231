package dev.exoflux.samples;

import dev.exoflux.dsl.Inference;
import dev.exoflux.pipeline.Token;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;

/** Stages of one's own behind a model: operators on the stream of tokens. One blackens numbers, one counts. */
public final class OwnStages {

    private static final Pattern DIGIT = Pattern.compile("\\d");

    private OwnStages() {}

    /** Each digit becomes a block. Token by token: nothing waits, and the demand of whoever reads passes through. */
    static Flux<Token> redact(Flux<Token> tokens) {
        return tokens.map(token -> token.withText(DIGIT.matcher(token.text()).replaceAll("█")));
    }

    /** Prints an answer without its digits, and how many tokens it had. */
    public static void main(String[] arguments) {
        String question = arguments.length == 0 ? "What is 12 + 30?" : String.join(" ", arguments);
        AtomicInteger count = new AtomicInteger();
        try (LocalHost host = new LocalHost("exoflux/tiny")) {
            Inference.pipeline("discreet")
                    .main(m -> m.model("exoflux/tiny"))
                    .after(OwnStages::redact)
                    .after(tokens -> tokens.doOnNext(token -> count.incrementAndGet()))
                    .sampling(s -> s.temperature(0))
                    .deployOn(host.pipelines())
                    .block();
            host.pipelines()
                    .generate(host.ask("discreet", question))
                    .doOnNext(token -> System.out.print(token.text()))
                    .blockLast();
        }
        System.out.printf("%n%n%d tokens%n", count.get());
    }
}
