package dev.exoflux.dsl.run;

import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServedModel;
import java.util.OptionalLong;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * A pipeline as its users see it: a model by its own name, with the text of the model that leads it and the sampling that its
 * definition says.
 *
 * @param leading the model that leads it, looked up anew each time; throws where there is none
 */
record PipelineModel(PipelineDefinition definition, Supplier<ServedModel> leading) implements ServedModel {

    @Override
    public String id() {
        return definition.name();
    }

    @Override
    public State state() {
        return leading.get().state();
    }

    @Override
    public Mono<ServedModel> prepared() {
        return Mono.defer(() -> leading.get().prepared()).thenReturn(this);
    }

    @Override
    public int contextLength() {
        return leading.get().contextLength();
    }

    @Override
    public SamplingSettings sampling() {
        return definition.sampling().over(leading.get().sampling());
    }

    @Override
    public OptionalLong seed() {
        Long said = definition.sampling().seed();
        return said == null ? OptionalLong.empty() : OptionalLong.of(said);
    }

    @Override
    public Mono<int[]> encode(Prompt prompt) {
        return Mono.defer(() -> leading.get().encode(prompt));
    }

    @Override
    public Mono<int[]> encode(String text, boolean addSpecial) {
        return Mono.defer(() -> leading.get().encode(text, addSpecial));
    }

    @Override
    public Mono<String> render(Prompt.Chat conversation) {
        return Mono.defer(() -> leading.get().render(conversation));
    }

    @Override
    public Mono<String> decode(int[] ids) {
        return Mono.defer(() -> leading.get().decode(ids));
    }

    @Override
    public byte[] bytesOf(int id) {
        return leading.get().bytesOf(id);
    }
}
