package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.Body;
import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Target;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** A pipeline that has a name, and is to be told what it does. Immutable. */
public final class PipelineStart {

    private final String name;

    PipelineStart(String name) {
        this.name = name;
    }

    /** One model answers; beside it others may run ahead or hold back. */
    public MainSentence main(Function<ModelSentence.Start, ModelSentence> main) {
        return new MainSentence(name, main.apply(new ModelSentence.Start()).main());
    }

    /** The first rule that matches says who answers. */
    public PipelineSentence router(Function<RouterSentence, Router> router) {
        return body(router.apply(new RouterSentence(List.of())));
    }

    /** The first answers, and the next where that one fails or is full. */
    public PipelineSentence fallback(Target... targets) {
        return body(new Fallback(Arrays.asList(targets)));
    }

    /** The same, by the names of pipelines and the ids of models. */
    public PipelineSentence fallback(String... names) {
        return fallback(Arrays.stream(names).map(Target::named).toArray(Target[]::new));
    }

    /** Several answer at once. */
    public PipelineSentence fanOut(Function<FanOutSentence.Start, FanOut> fanOut) {
        return body(fanOut.apply(new FanOutSentence.Start()));
    }

    /** Whatever a body may be. */
    public PipelineSentence body(Body body) {
        return new PipelineSentence(new PipelineDefinition(name, body));
    }
}
