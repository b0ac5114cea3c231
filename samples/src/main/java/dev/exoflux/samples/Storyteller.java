package dev.exoflux.samples;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServingPeer;
import dev.exoflux.pipeline.Token;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;

/** An application with a model inside: it injects the generator and streams an answer. */
@SpringBootApplication
public class Storyteller {

    private final Generator generator;

    Storyteller(Generator generator) {
        this.generator = generator;
    }

    /** Text as it comes into being. Each piece is computed when it is asked for; cancelling stops the model. */
    public Flux<String> tell(String wish) {
        Prompt prompt = new Prompt.Chat(List.of(Map.of("role", "user", "content", wish)), Map.of());
        GenerationRequest request =
                new GenerationRequest("exoflux/tiny", prompt, SamplingSettings.GREEDY, 200, List.of(), false, false);
        return generator.generate(request).map(Token::text);
    }

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(Storyteller.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext running = application.run(arguments)) {
            running.getBean(ServingPeer.class).loaded().block();
            Storyteller storyteller = running.getBean(Storyteller.class);
            storyteller
                    .tell("Tell me a short story.")
                    .doOnNext(System.out::print)
                    .blockLast();
            System.out.println();
        }
    }
}
