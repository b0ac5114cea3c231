package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.After;
import dev.exoflux.dsl.definition.Before;
import dev.exoflux.dsl.definition.Body;
import dev.exoflux.dsl.definition.Flow;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.Sampling;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Token;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A pipeline that says what it does, and may be told more. Immutable: each word gives a new sentence. */
public sealed class PipelineSentence permits MainSentence, MainSentence.Drafted {

    private final PipelineDefinition definition;

    PipelineSentence(PipelineDefinition definition) {
        this.definition = definition;
    }

    /**
     * A stage of one's own before the model, behind those already named.
     *
     * @param change called for each request, on any thread; must not block. Its error is the answer's
     */
    public PipelineSentence before(Function<GenerationRequest, Mono<GenerationRequest>> change) {
        return before(new Before.Operator(change));
    }

    /** The same, by the name of a bean. */
    public PipelineSentence before(String bean) {
        return before(new Before.Bean(bean));
    }

    /**
     * A stage of one's own after the model, behind those already named.
     *
     * @param change called for each answer; what it returns passes on demand and cancel, and must not block. The last token has to
     *     keep its {@link Token#finish()}
     */
    public PipelineSentence after(Function<Flux<Token>, Flux<Token>> change) {
        return after(new After.Operator(change));
    }

    /** The same, by the name of a bean. */
    public PipelineSentence after(String bean) {
        return after(new After.Bean(bean));
    }

    /** What holds where a request says nothing. */
    public PipelineSentence sampling(UnaryOperator<SamplingSentence> sampling) {
        Sampling said = sampling.apply(new SamplingSentence()).sampling();
        return with(definition.before(), definition.after(), said, definition.flow());
    }

    /** How much goes on at once. */
    public PipelineSentence flow(UnaryOperator<FlowSentence> flow) {
        Flow said = flow.apply(new FlowSentence()).flow();
        return with(definition.before(), definition.after(), definition.sampling(), said);
    }

    /** The sentence as data. */
    public PipelineDefinition definition() {
        return definition;
    }

    /** Deploys it, once for each subscription, as {@link PipelineHost#deploy} says. */
    public Mono<Generator> deployOn(PipelineHost host) {
        return Mono.defer(() -> host.deploy(definition));
    }

    private PipelineSentence before(Before stage) {
        List<Before> stages =
                Stream.concat(definition.before().stream(), Stream.of(stage)).toList();
        return with(stages, definition.after(), definition.sampling(), definition.flow());
    }

    private PipelineSentence after(After stage) {
        List<After> stages =
                Stream.concat(definition.after().stream(), Stream.of(stage)).toList();
        return with(definition.before(), stages, definition.sampling(), definition.flow());
    }

    private PipelineSentence with(List<Before> before, List<After> after, Sampling sampling, Flow flow) {
        Body body = definition.body();
        return new PipelineSentence(new PipelineDefinition(definition.name(), body, before, after, sampling, flow));
    }
}
