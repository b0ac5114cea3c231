package dev.exoflux.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.exoflux.dsl.run.PipelinePeer;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Token;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Flux;

/** A Spring application that embeds a pipeline through the starter: in YAML, with a stage of its own by the name of its bean. */
@EnableAutoConfiguration
public class DiscreetService {

    private static final String PIPELINE = """
            pipeline: discreet
            main: { model: exoflux/tiny }
            speculative: { proposer: n-gram }
            after: [redact]
            sampling: { temperature: 0 }
            """;

    @Bean
    static Function<Flux<Token>, Flux<Token>> redact() {
        return OwnStages::redact;
    }

    /** Text as it comes into being. */
    static Flux<String> answer(PipelinePeer pipelines, String question) {
        Prompt prompt = new Prompt.Chat(List.of(Map.of("role", "user", "content", question)), Map.of());
        var sampling = pipelines.require("discreet").sampling();
        var request = new GenerationRequest("discreet", prompt, sampling, 80, List.of(), false, false);
        return pipelines.generate(request).map(Token::text);
    }

    public static void main(String[] arguments) {
        var application = new SpringApplicationBuilder(DiscreetService.class).web(WebApplicationType.NONE);
        try (var running = application.run(arguments)) {
            PipelinePeer pipelines = running.getBean(PipelinePeer.class);
            pipelines
                    .loaded()
                    .then(pipelines.deploy(PipelineYaml.read("discreet", PIPELINE.getBytes(UTF_8))))
                    .block();
            answer(pipelines, "What is 12 + 30?").doOnNext(System.out::print).blockLast();
            System.out.println();
        }
    }
}
