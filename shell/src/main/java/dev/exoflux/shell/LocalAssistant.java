package dev.exoflux.shell;

import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.run.Beans;
import dev.exoflux.dsl.run.MemoryStore;
import dev.exoflux.dsl.run.Models;
import dev.exoflux.dsl.run.PipelinePeer;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServingPeer;
import dev.exoflux.pipeline.Token;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A model that runs in this process, or a pipeline with all of its models, for a chat where no server runs. */
final class LocalAssistant implements Assistant {

    static final String BUILT_IN = "exoflux/tiny";

    private final InProcessPeer process;
    private final ServingPeer peer;
    private final String model;
    private final SecureRandom seeds = new SecureRandom();

    /** @param process taken over */
    private LocalAssistant(InProcessPeer process, ServingPeer peer, String model) {
        this.process = process;
        this.peer = peer;
        this.model = model;
    }

    /**
     * Loads the model.
     *
     * @param model as {@code --model} takes it, or a file of pipelines, of which the first answers
     */
    static LocalAssistant start(Console console, Optional<String> model, ComputeOptions.Compute compute) {
        String name = model.orElse(BUILT_IN);
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return pipelines(console, name, compute);
        }
        InProcessPeer process = InProcessPeer.start(console, name, InProcessPeer.forOneUser(), compute);
        return new LocalAssistant(process, process.peer(), process.model());
    }

    private static LocalAssistant pipelines(Console console, String file, ComputeOptions.Compute compute) {
        List<PipelineDefinition> pipelines =
                PipelineYaml.check(ValidateCommand.path(file), Set.of()).orThrow();
        List<String> models =
                Models.of(pipelines).stream().map(PlacedModel::model).toList();
        PipelineSettings settings =
                InProcessPeer.forOneUser(PipelineSettings.DEFAULTS.maxConcurrency(), PipelineSettings.DEFAULTS.queue());
        InProcessPeer process = InProcessPeer.start(console, models, settings, compute);
        try {
            PipelinePeer peer = new PipelinePeer(
                    process.peer(), new MemoryStore(), placed -> Mono.empty(), Beans.NONE); // there is one place
            peer.deploy(pipelines).block(); // the edge: nothing is to be asked before
            return new LocalAssistant(process, peer, pipelines.getFirst().name());
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public Flux<String> answer(List<Map<String, Object>> messages, ChatSettings settings, Consumer<String> notices) {
        Integer maxTokens = settings.maxTokens();
        GenerationRequest request = new GenerationRequest(
                model,
                new Prompt.Chat(messages, Map.of()),
                sampling(settings),
                maxTokens == null ? GenerationRequest.TO_THE_END : maxTokens,
                List.of(),
                false,
                false);
        return peer.generate(request)
                .doOnNext(token -> tell(token.finish(), notices))
                .map(Token::text)
                .filter(text -> !text.isEmpty());
    }

    private static void tell(Token.@Nullable Finish finish, Consumer<String> notices) {
        if (finish != null) {
            AnswerNote.of(finish).line().ifPresent(notices);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    private SamplingSettings sampling(ChatSettings settings) {
        ServedModel asked = peer.require(model);
        Long seed = settings.seed();
        SamplingSettings.Builder sampling = asked.sampling().toBuilder()
                .seed(seed == null ? asked.seed().orElseGet(seeds::nextLong) : seed)
                .topLogprobs(-1);
        Float temperature = settings.temperature();
        if (temperature != null) {
            sampling.temperature(temperature);
        }
        Float topP = settings.topP();
        if (topP != null) {
            sampling.topP(topP);
        }
        return sampling.build();
    }
}
