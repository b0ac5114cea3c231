package dev.exoflux.dsl.explain;

import dev.exoflux.dsl.definition.After;
import dev.exoflux.dsl.definition.Before;
import dev.exoflux.dsl.definition.Condition;
import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Target;
import dev.exoflux.dsl.definition.Triad;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Tells the stream that a pipeline becomes, in the order in which a request and its answer pass. Pure. */
public final class Explanation {

    private Explanation() {}

    /** The steps of a pipeline. Where it hands requests to another by its name, that one is named and not told. */
    public static Step of(PipelineDefinition pipeline) {
        List<Step> steps = new ArrayList<>();
        for (Before before : pipeline.before()) {
            steps.add(Step.plain("before: " + name(before) + " changes the request"));
        }
        steps.addAll(body(pipeline.body()));
        for (After after : pipeline.after()) {
            steps.add(Step.plain("after: " + name(after) + " changes the stream of tokens"));
        }
        return Step.of(pipeline.name(), steps);
    }

    private static String name(Before before) {
        return switch (before) {
            case Before.Bean bean -> "bean " + bean.name();
            case Before.Operator ignored -> "a function in Java";
        };
    }

    private static String name(After after) {
        return switch (after) {
            case After.Bean bean -> "bean " + bean.name();
            case After.Operator ignored -> "a function in Java";
        };
    }

    private static List<Step> body(Target target) {
        return switch (target) {
            case Target.Named named -> List.of(named(named));
            case Single single -> Branches.of(single.main(), single.speculative(), single.validator());
            case Triad triad -> Branches.of(triad.main(), triad.speculative(), triad.validator());
            case Router router -> router(router);
            case Fallback fallback -> fallback(fallback);
            case FanOut fanOut -> fanOut(fanOut);
        };
    }

    private static Step named(Target.Named named) {
        return named.isModel()
                ? Step.by(named.name(), "model " + named.name())
                : Step.plain("pipeline " + named.name());
    }

    /** A step that is the target itself where it is named, and else has its steps within. */
    private static Step to(String when, Target target) {
        List<Step> steps = body(target);
        if (target instanceof Target.Named) {
            Step named = steps.getFirst();
            return new Step(when + ": " + named.text(), named.model(), named.within());
        }
        return Step.of(when, steps);
    }

    private static List<Step> router(Router router) {
        List<Step> routes = router.rules().stream()
                .map(rule -> {
                    Step to = to("if " + condition(rule.condition()), rule.to());
                    return rule.condition() instanceof Condition.Answer answer
                            ? new Step(
                                    to.text(),
                                    to.model(),
                                    Stream.concat(Stream.of(asked(answer.judge())), to.within().stream())
                                            .toList())
                            : to;
                })
                .toList();
        return List.of(Step.of(
                "router: the first that applies",
                Stream.concat(routes.stream(), Stream.of(to("otherwise", router.otherwise())))
                        .toList()));
    }

    private static Step asked(Judge judge) {
        return Step.by(judge.model(), "asked: model %s, \"%s\"".formatted(judge.model(), judge.question()));
    }

    private static String condition(Condition condition) {
        return switch (condition) {
            case Condition.PromptTokensAbove above -> "the prompt has more than %d tokens".formatted(above.tokens());
            case Condition.PromptCharactersAbove above ->
                "the prompt has more than %d characters".formatted(above.characters());
            case Condition.PromptMatches matches -> "the prompt has a match of " + matches.pattern();
            case Condition.Header header ->
                header.pattern().equals(Condition.Header.ANY)
                        ? "there is a header " + header.name()
                        : "the header %s has a match of %s".formatted(header.name(), header.pattern());
            case Condition.Answer answer ->
                answer.pattern().equals(Condition.Answer.YES)
                        ? "a model says yes"
                        : "what a model says has a match of " + answer.pattern();
        };
    }

    private static List<Step> fallback(Fallback fallback) {
        List<Step> steps = new ArrayList<>();
        for (Target target : fallback.targets()) {
            steps.add(to(steps.isEmpty() ? "first" : "where that fails or is full", target));
        }
        return List.of(Step.of("fallback: one after another until one begins to answer", steps));
    }

    private static List<Step> fanOut(FanOut fanOut) {
        List<Step> steps = new ArrayList<>();
        for (Target target : fanOut.targets()) {
            String voice = "voice " + (steps.size() + 1);
            String trit = target instanceof Single single
                    ? " (trit %s)".formatted(single.main().trit().spelling())
                    : "";
            steps.add(to(voice + trit, target));
        }
        Judge judge = fanOut.judge();
        if (judge != null) {
            steps.add(asked(judge));
        }
        return List.of(Step.of(
                "fan-out, all at once: "
                        + switch (fanOut.join()) {
                            case FIRST -> "the one that begins first is given, the others are cancelled";
                            case ALL -> "all are given, one after another";
                            case VOTE -> "what most of them say is given";
                            case BEST -> "the one that a judge likes best is given";
                        },
                steps));
    }

    /** Where it may run, as a definition says it; empty where that is left open. */
    static String wishes(PlacedModel placed) {
        StringBuilder text = new StringBuilder();
        if (placed.stages() != PlacedModel.AUTOMATIC) {
            text.append(placed.stages() == 1 ? ", 1 stage" : ", %d stages".formatted(placed.stages()));
        }
        if (!placed.on().isEmpty()) {
            text.append(", on ").append(String.join(", ", placed.on())).append(" only");
        }
        return text.toString();
    }
}
