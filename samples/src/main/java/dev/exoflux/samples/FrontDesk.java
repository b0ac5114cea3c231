package dev.exoflux.samples;

import dev.exoflux.dsl.Inference;
import dev.exoflux.dsl.PipelineSentence;
import java.util.List;
import java.util.stream.Collectors;

/** A router: each request goes where it is answered best, and the first rule that matches decides. */
public final class FrontDesk {

    private FrontDesk() {}

    static PipelineSentence sentence() {
        return Inference.pipeline("front-desk")
                .router(r -> r.whenPromptCharactersAbove(60)
                        .to("exoflux/tiny")
                        .whenPromptMatches("(?i)\\b(sum|plus|\\d+)\\b")
                        .to("exoflux/tiny")
                        .otherwise("exoflux/tiny-draft"))
                .sampling(s -> s.temperature(0));
    }

    /** Asks a few questions and prints the answers. */
    public static void main(String[] arguments) {
        List<String> questions = arguments.length == 0 ? List.of("What is 2 + 3?", "Who are you?") : List.of(arguments);
        try (LocalHost host = new LocalHost("exoflux/tiny", "exoflux/tiny-draft")) {
            sentence().deployOn(host.pipelines()).block();
            for (String question : questions) {
                String answer = host.pipelines()
                        .generate(host.ask("front-desk", question))
                        .map(token -> token.text())
                        .collect(Collectors.joining())
                        .block();
                System.out.printf("%s%n  %s%n", question, answer);
            }
        }
    }
}
