package dev.exoflux.dsl.run;

import dev.exoflux.dsl.definition.After;
import dev.exoflux.dsl.definition.Before;
import dev.exoflux.dsl.definition.Condition;
import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.Flow;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.dsl.definition.Main;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.Proposer;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Speculative;
import dev.exoflux.dsl.definition.Target;
import dev.exoflux.dsl.definition.Triad;
import dev.exoflux.dsl.definition.Validator;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.ShardSeed;
import dev.exoflux.pipeline.Gate;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.ServedModels;
import dev.exoflux.pipeline.Speculation;
import dev.exoflux.pipeline.compose.AllOf;
import dev.exoflux.pipeline.compose.BestOf;
import dev.exoflux.pipeline.compose.FallingBack;
import dev.exoflux.pipeline.compose.FirstOf;
import dev.exoflux.pipeline.compose.JudgingModel;
import dev.exoflux.pipeline.compose.Prepared;
import dev.exoflux.pipeline.compose.PromptTokens;
import dev.exoflux.pipeline.compose.Route;
import dev.exoflux.pipeline.compose.RouteCondition;
import dev.exoflux.pipeline.compose.Routed;
import dev.exoflux.pipeline.compose.ToModel;
import dev.exoflux.pipeline.compose.Transformed;
import dev.exoflux.pipeline.compose.Validated;
import dev.exoflux.pipeline.compose.VoteOf;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Turns definitions into generators. What a definition names is looked up when a request comes, so a pipeline may name another that is
 * deployed later, or anew.
 */
final class Compiler {

    private final Generator models;
    private final ServedModels served;
    private final Function<String, Generator> pipelines;
    private final Function<Target, String> leading;
    private final Beans beans;
    private final RuleCompiler rules;

    /**
     * @param models has models answer
     * @param pipelines the running form of a pipeline; throws where there is none
     * @param leading the model that a target counts tokens by
     */
    Compiler(
            Generator models,
            ServedModels served,
            Function<String, Generator> pipelines,
            Function<Target, String> leading,
            Beans beans) {
        this.models = models;
        this.served = served;
        this.pipelines = pipelines;
        this.leading = leading;
        this.beans = beans;
        this.rules = new RuleCompiler(this::judge, beans);
    }

    /**
     * The running form, behind the gate that its flow says.
     *
     * @throws dev.exoflux.model.ExofluxException INVALID_REQUEST for a bean that is not there, UNSUPPORTED for rules that cannot be run
     */
    Gate compile(PipelineDefinition pipeline) {
        Flow flow = pipeline.flow();
        Generator body = target(pipeline.body());
        Generator running = request -> body.generate(
                request.withScheduling(request.scheduling().within(flow.prefillChunk(), flow.inFlight())));
        for (After after : pipeline.after()) {
            running = new Transformed(
                    running,
                    switch (after) {
                        case After.Operator operator -> operator.change();
                        case After.Bean bean -> Beans.require(beans.after(bean.name()), "after", bean.name());
                    });
        }
        for (Before before : pipeline.before().reversed()) {
            running = new Prepared(
                    running,
                    switch (before) {
                        case Before.Operator operator -> operator.change();
                        case Before.Bean bean -> Beans.require(beans.before(bean.name()), "before", bean.name());
                    });
        }
        return new Gate(pipeline.name(), running, flow.maxConcurrency(), flow.queue(), Schedulers.parallel());
    }

    private Generator target(Target target) {
        return switch (target) {
            case Target.Named named -> named(named);
            case Single single -> branches(single.main(), single.speculative(), single.validator());
            case Triad triad -> branches(triad.main(), triad.speculative(), triad.validator());
            case Router router -> router(router);
            case Fallback fallback -> new FallingBack(targets(fallback.targets()));
            case FanOut fanOut -> fanOut(fanOut);
        };
    }

    private List<Generator> targets(List<Target> targets) {
        return targets.stream().map(this::target).toList();
    }

    private Generator named(Target.Named named) {
        String name = named.name();
        return named.isModel()
                ? new ToModel(models, name)
                : request -> Flux.defer(() -> pipelines.apply(name).generate(request));
    }

    private Generator branches(Main main, @Nullable Speculative speculative, @Nullable Validator validator) {
        String model = main.placed().model();
        Speculation speculation = speculation(speculative);
        Generator answering = new ToModel(models, model);
        Generator guessed =
                speculation == null ? answering : request -> answering.generate(request.withSpeculation(speculation));
        return validator == null
                ? guessed
                : new Validated(
                        guessed,
                        validator.rules().stream().map(rules::compile).toList(),
                        validator.onLoss() == Validator.OnLoss.FAIL ? Validated.OnLoss.FAIL : Validated.OnLoss.CONTINUE,
                        PromptTokens.of(served, model));
    }

    private static @Nullable Speculation speculation(@Nullable Speculative branch) {
        if (branch == null) {
            return null;
        }
        int most = branch.draftTokens() == Speculative.AUTOMATIC ? Speculation.MOST : branch.draftTokens();
        return switch (branch.proposer()) {
            case Proposer.Draft draft -> Speculation.by(draft.placed().model(), most);
            case Proposer.NGram ignored -> Speculation.byLookUp(most);
        };
    }

    private Generator router(Router router) {
        List<Route> routes = router.rules().stream()
                .map(rule -> new Route(condition(rule.condition(), router), target(rule.to())))
                .toList();
        return new Routed(routes, target(router.otherwise()));
    }

    private RouteCondition condition(Condition condition, Router router) {
        return switch (condition) {
            case Condition.PromptTokensAbove above ->
                RouteCondition.promptTokensAbove(
                        above.tokens(),
                        prompt -> PromptTokens.of(served, leading.apply(router.otherwise()))
                                .of(prompt));
            case Condition.PromptCharactersAbove above -> RouteCondition.promptCharactersAbove(above.characters());
            case Condition.PromptMatches matches -> RouteCondition.promptMatches(matches.pattern());
            case Condition.Header header -> RouteCondition.hint(header.name(), header.pattern());
            case Condition.Answer answer -> RouteCondition.answer(judge(answer.judge()), answer.pattern());
        };
    }

    private Generator fanOut(FanOut fanOut) {
        List<Generator> voices = fanOut.targets().stream().map(this::voice).toList();
        return switch (fanOut.join()) {
            case FIRST -> new FirstOf(voices);
            case VOTE -> new VoteOf(voices);
            case BEST -> new BestOf(voices, judge(Objects.requireNonNull(fanOut.judge())));
            case ALL ->
                new AllOf(IntStream.range(0, voices.size())
                        .mapToObj(i -> new AllOf.Voice(name(fanOut.targets().get(i), i), voices.get(i)))
                        .toList());
        };
    }

    /** Voices that have a trit draw as that branch of a triad: the same model says something else in each. */
    private Generator voice(Target target) {
        Generator running = target(target);
        int branch = target instanceof Single single ? single.main().trit().branch() : 0;
        return branch == 0 ? running : request -> running.generate(drawingAs(branch, request));
    }

    private static GenerationRequest drawingAs(int branch, GenerationRequest request) {
        SamplingSettings sampling = request.sampling();
        return request.withSampling(sampling.toBuilder()
                .seed(ShardSeed.base(sampling.seed(), branch))
                .build());
    }

    /** What a voice is called where all are shown. */
    private static String name(Target voice, int index) {
        return switch (voice) {
            case Target.Named named -> named.name();
            case Single single -> single.main().placed().model();
            case Triad triad -> triad.main().placed().model();
            case Router ignored -> "voice " + (index + 1);
            case Fallback ignored -> "voice " + (index + 1);
            case FanOut ignored -> "voice " + (index + 1);
        };
    }

    private JudgingModel judge(Judge judge) {
        return new JudgingModel(models, served, judge.model(), judge.question());
    }
}
