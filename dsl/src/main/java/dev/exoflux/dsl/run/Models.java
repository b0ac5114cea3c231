package dev.exoflux.dsl.run;

import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.AnswerRule;
import dev.exoflux.dsl.definition.Body;
import dev.exoflux.dsl.definition.Condition;
import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.Proposer;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Speculative;
import dev.exoflux.dsl.definition.Target;
import dev.exoflux.dsl.definition.Triad;
import dev.exoflux.dsl.definition.Validator;
import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The models that pipelines need, at any depth, in the order in which they name them. */
public final class Models {

    private final List<PlacedModel> found = new ArrayList<>();

    private Models() {}

    static List<PlacedModel> of(Body body) {
        Models models = new Models();
        models.add(body);
        return models.found.stream().distinct().toList();
    }

    /**
     * Each model that pipelines need, once, with what any of them wants of where it runs.
     *
     * @throws ExofluxException INVALID_REQUEST where they want one model in two places: it is deployed once
     */
    public static List<PlacedModel> of(List<PipelineDefinition> pipelines) {
        Map<String, PlacedModel> wanted = new LinkedHashMap<>();
        pipelines.stream()
                .flatMap(pipeline -> of(pipeline.body()).stream())
                .forEach(model -> wanted.merge(model.model(), model, Models::both));
        return List.copyOf(wanted.values());
    }

    private static PlacedModel both(PlacedModel one, PlacedModel other) {
        PlacedModel anywhere = PlacedModel.anywhere(one.model());
        if (!one.equals(other) && !one.equals(anywhere) && !other.equals(anywhere)) {
            throw ExofluxException.invalid("model", """
                    %s is to run on %s and on %s, and a model is deployed once.
                    Maybe say the same of it in both places, or say it in one.""".formatted(one.model(), where(one), where(other)));
        }
        return one.equals(anywhere) ? other : one;
    }

    private static String where(PlacedModel model) {
        String stages = model.stages() == 1 ? "one stage" : model.stages() + " stages";
        String peers = String.join(", ", model.on());
        return model.stages() == PlacedModel.AUTOMATIC
                ? peers.isEmpty() ? "peers by strategy " + model.strategy().spelling() : peers
                : peers.isEmpty() ? stages : stages + " of " + peers;
    }

    private void add(Target target) {
        switch (target) {
            case Target.Named named -> {
                if (named.isModel()) {
                    found.add(PlacedModel.anywhere(named.name()));
                }
            }
            case Single single -> {
                found.add(single.main().placed());
                add(single.speculative());
                add(single.validator());
            }
            case Triad triad -> {
                found.add(triad.main().placed());
                add(triad.speculative());
                add(triad.validator());
            }
            case Router router -> {
                for (Router.Rule rule : router.rules()) {
                    if (rule.condition() instanceof Condition.Answer answer) {
                        add(answer.judge(), List.of());
                    }
                }
                router.targets().forEach(this::add);
            }
            case Fallback fallback -> fallback.targets().forEach(this::add);
            case FanOut fanOut -> {
                add(fanOut.judge(), List.of());
                fanOut.targets().forEach(this::add);
            }
        }
    }

    private void add(@Nullable Speculative speculative) {
        if (speculative != null && speculative.proposer() instanceof Proposer.Draft draft) {
            found.add(draft.placed());
        }
    }

    private void add(@Nullable Validator validator) {
        if (validator != null) {
            for (AnswerRule rule : validator.rules()) {
                if (rule.check() instanceof AnswerCheck.Judged judged) {
                    add(judged.judge(), validator.on());
                }
            }
        }
    }

    private void add(@Nullable Judge judge, List<String> on) {
        if (judge != null) {
            found.add(PlacedModel.anywhere(judge.model()).withPeers(on));
        }
    }
}
