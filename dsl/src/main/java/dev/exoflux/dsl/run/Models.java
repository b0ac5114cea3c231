package dev.exoflux.dsl.run;

import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.AnswerRule;
import dev.exoflux.dsl.definition.Body;
import dev.exoflux.dsl.definition.Condition;
import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.Proposer;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Speculative;
import dev.exoflux.dsl.definition.Target;
import dev.exoflux.dsl.definition.Triad;
import dev.exoflux.dsl.definition.Validator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The models that a body needs, at any depth, in the order in which it names them. */
final class Models {

    private final List<PlacedModel> found = new ArrayList<>();

    private Models() {}

    static List<PlacedModel> of(Body body) {
        Models models = new Models();
        models.add(body);
        return models.found.stream().distinct().toList();
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
