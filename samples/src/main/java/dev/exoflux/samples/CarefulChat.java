package dev.exoflux.samples;

import dev.exoflux.dsl.Inference;
import dev.exoflux.dsl.PipelineHost;
import dev.exoflux.dsl.PipelineSentence;
import dev.exoflux.pipeline.Token;

/** The sentence of {@code samples/pipelines/triad.yaml} in Java, over a peer without any framework: a triad that answers. */
public final class CarefulChat {

    private static final String NAME = "careful-chat";

    private CarefulChat() {}

    /** Three branches at once: one answers, one runs ahead of it, one reads along and holds it back. */
    static PipelineSentence sentence() {
        return Inference.pipeline(NAME)
                .main(m -> m.model("exoflux/tiny"))
                .speculative(s -> s.model("exoflux/tiny-draft").draftTokens(4))
                .validator(v -> v.maxLength(2000).forbid("(?i)password"))
                .sampling(s -> s.temperature(0.7).topP(0.95).seed(42));
    }

    /** Prints an answer as it comes, and what became of the branches. */
    public static void main(String[] arguments) {
        String question = arguments.length == 0 ? "What is a hop?" : String.join(" ", arguments);
        try (LocalHost host = new LocalHost("exoflux/tiny", "exoflux/tiny-draft")) {
            PipelineHost pipelines = host.pipelines();
            sentence().deployOn(pipelines).block();
            Token last = host.pipelines()
                    .generate(host.ask(NAME, question))
                    .doOnNext(token -> System.out.print(token.text()))
                    .blockLast();
            System.out.printf("%n%n%s%n", last == null ? "nothing was said" : last.finish());
        }
    }
}
