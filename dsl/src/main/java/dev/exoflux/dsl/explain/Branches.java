package dev.exoflux.dsl.explain;

import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.AnswerRule;
import dev.exoflux.dsl.definition.Main;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.Proposer;
import dev.exoflux.dsl.definition.Speculative;
import dev.exoflux.dsl.definition.Validator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The branches that stand beside each other: one that answers, one that runs ahead, one that holds back. */
final class Branches {

    private Branches() {}

    static List<Step> of(Main main, @Nullable Speculative speculative, @Nullable Validator validator) {
        List<Step> branches = new ArrayList<>();
        branches.add(Step.by(
                main.placed().model(),
                "main (trit %s): model %s answers%s"
                        .formatted(main.trit().spelling(), main.placed().model(), Explanation.wishes(main.placed()))));
        if (speculative != null) {
            branches.add(speculative(speculative));
        }
        if (validator != null) {
            branches.add(validator(validator));
        }
        return branches;
    }

    private static Step speculative(Speculative branch) {
        String trit = branch.trit().spelling();
        String most = branch.draftTokens() == Speculative.AUTOMATIC
                ? "as many tokens as pay"
                : "up to %d token%s".formatted(branch.draftTokens(), branch.draftTokens() == 1 ? "" : "s");
        return switch (branch.proposer()) {
            case Proposer.Draft draft ->
                Step.by(
                        draft.placed().model(),
                        "speculative (trit %s): model %s proposes %s, which main checks in one pass%s"
                                .formatted(trit, draft.placed().model(), most, Explanation.wishes(draft.placed())));
            case Proposer.NGram ignored ->
                Step.plain(
                        "speculative (trit %s): n-gram proposes %s, from prompt and answer, which main checks in one pass"
                                .formatted(trit, most));
        };
    }

    private static Step validator(Validator branch) {
        return Step.of(
                "validator (trit %s): reads along; where a rule is lost the answer %s"
                        .formatted(
                                branch.trit().spelling(),
                                switch (branch.onLoss()) {
                                    case FAIL -> "fails";
                                    case CONTINUE -> "goes on without it";
                                }),
                branch.rules().stream().map(rule -> rule(rule, branch.on())).toList());
    }

    private static Step rule(AnswerRule rule, List<String> on) {
        String name = rule.name() + ": ";
        return switch (rule.check()) {
            case AnswerCheck.MaxLength most -> Step.plain(name + "at most %d characters".formatted(most.characters()));
            case AnswerCheck.Forbid forbid ->
                Step.plain(name + "no match of %s; text that may become one waits".formatted(forbid.pattern()));
            case AnswerCheck.Require require ->
                Step.plain(name + "a match of %s by the end".formatted(require.pattern()));
            case AnswerCheck.JsonSchema ignored -> Step.plain(name + "JSON that keeps to its schema, at the end");
            case AnswerCheck.JsonSchemaFile file ->
                Step.plain(name + "JSON that keeps to the schema in %s, at the end".formatted(file.file()));
            case AnswerCheck.Language language ->
                Step.plain(name + "in the language %s, at the end".formatted(language.code()));
            case AnswerCheck.Judged judged ->
                Step.by(
                        judged.judge().model(),
                        name
                                + "model %s says yes to prompt and answer, \"%s\"%s"
                                        .formatted(
                                                judged.judge().model(),
                                                judged.judge().question(),
                                                Explanation.wishes(PlacedModel.anywhere(
                                                                judged.judge().model())
                                                        .withPeers(on))));
            case AnswerCheck.Bean bean -> Step.plain(name + "bean %s says so".formatted(bean.name()));
            case AnswerCheck.Function ignored -> Step.plain(name + "a function in Java says so");
        };
    }
}
