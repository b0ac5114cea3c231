package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.AnswerRule;
import dev.exoflux.dsl.definition.Main;
import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.definition.Proposer;
import dev.exoflux.dsl.definition.Speculative;
import dev.exoflux.dsl.definition.Triad;
import dev.exoflux.dsl.definition.Trit;
import dev.exoflux.dsl.definition.Validator;
import dev.exoflux.pipeline.placement.Strategy;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of branches. */
final class BranchTable {

    private enum ModelFree {
        N_GRAM;

        String spelling() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final Form<List<String>> PEERS = CompoundForms.list(
            ScalarForms.text("the name or label of a peer", PlacedModel.PEER), 0, PlacedModel.MOST_PEERS);

    private static final Key<PlacedModel, String> MODEL =
            Key.required("model", RuleTable.MODEL_ID, PlacedModel::model, "The id of the model.");
    private static final Key<PlacedModel, Strategy> STRATEGY = Key.optional(
            "strategy",
            ScalarForms.choice(Strategy.values(), Strategy::spelling),
            PlacedModel::strategy,
            Strategy.AUTO,
            "auto",
            "How the model is split over peers.");
    private static final Key<PlacedModel, Integer> STAGES = Key.optional(
            "stages",
            ScalarForms.wholeOrAuto(PlacedModel.MOST_STAGES),
            PlacedModel::stages,
            PlacedModel.AUTOMATIC,
            "auto",
            "On how many peers the model runs.");
    private static final Key<PlacedModel, List<String>> ON = Key.optional(
            "on", PEERS, PlacedModel::on, List.of(), "any peer", "Names or labels of the peers that it may run on.");

    private static final Key<Main, Trit> MAIN_TRIT = Key.optional(
                    "trit",
                    ScalarForms.trit(),
                    Main::trit,
                    Trit.ZERO,
                    "0",
                    "Its part in the balance of a triad, or of the voices of a fan-out.")
            .shown();

    static final Mapping<Main> MAIN = Mapping.of(
            "main",
            "The branch whose model gives the answer.",
            List.of(
                    MAIN_TRIT,
                    MODEL.of(Main::placed),
                    STRATEGY.of(Main::placed),
                    STAGES.of(Main::placed),
                    ON.of(Main::placed)),
            values -> new Main(values.get(MAIN_TRIT), placed(values)));

    private static final Key<Speculative, Trit> SPECULATIVE_TRIT = Key.optional(
                    "trit",
                    ScalarForms.trit(),
                    Speculative::trit,
                    Trit.PLUS,
                    "+1",
                    "Its part in the balance of a triad.")
            .shown();
    private static final Key<PlacedModel, String> DRAFT = Key.optional(
            "model",
            RuleTable.MODEL_ID,
            PlacedModel::model,
            "proposer is needed",
            "The id of a smaller model, with the same tokenizer.");
    private static final Key<Speculative, ModelFree> PROPOSER = Key.optional(
            "proposer",
            ScalarForms.choice(ModelFree.values(), ModelFree::spelling),
            speculative -> speculative.proposer() instanceof Proposer.NGram ? ModelFree.N_GRAM : null,
            "model is needed",
            "Proposes without a model: n-gram, what followed the last tokens when they came before.");
    private static final Key<Speculative, Integer> DRAFT_TOKENS = Key.optional(
            "draft-tokens",
            ScalarForms.wholeOrAuto(Speculative.MOST_DRAFT_TOKENS),
            Speculative::draftTokens,
            Speculative.AUTOMATIC,
            "auto",
            "Most tokens proposed at once; fewer, or none, where that is faster.");

    static final Mapping<Speculative> SPECULATIVE = Mapping.of(
                    "speculative",
                    "The branch that runs ahead: it proposes tokens, which main verifies.",
                    List.of(
                            SPECULATIVE_TRIT,
                            DRAFT.of(BranchTable::draft),
                            PROPOSER,
                            DRAFT_TOKENS,
                            STRATEGY.of(BranchTable::draft),
                            STAGES.of(BranchTable::draft),
                            ON.of(BranchTable::draft)),
                    values -> new Speculative(
                            values.get(SPECULATIVE_TRIT),
                            values.has(PROPOSER) ? new Proposer.NGram() : new Proposer.Draft(placed(values)),
                            values.get(DRAFT_TOKENS)))
            .withExactlyOneOf(Stream.of(DRAFT.name(), PROPOSER.name()))
            .withOnlyBeside(DRAFT.name(), STRATEGY.name(), STAGES.name(), ON.name());

    private static final Key<Validator, Trit> VALIDATOR_TRIT = Key.optional(
                    "trit",
                    ScalarForms.trit(),
                    Validator::trit,
                    Trit.MINUS,
                    "-1",
                    "Its part in the balance of a triad.")
            .shown();
    private static final Key<Validator, List<AnswerRule>> RULES = Key.required(
            "rules",
            CompoundForms.list(RuleTable.RULE, 1, Validator.MOST_RULES),
            Validator::rules,
            "What an answer has to keep to.");
    private static final Key<Validator, List<String>> JUDGES_ON = Key.optional(
            "on",
            PEERS,
            Validator::on,
            List.of(),
            "any peer",
            "Names or labels of the peers that judging models may run on.");
    private static final Key<Validator, Validator.OnLoss> ON_LOSS = Key.optional(
            "on-validator-loss",
            ScalarForms.choice(Validator.OnLoss.values(), Validator.OnLoss::spelling),
            Validator::onLoss,
            Validator.OnLoss.FAIL,
            "fail",
            "What happens to an answer when a rule can no longer be decided.");

    static final Mapping<Validator> VALIDATOR = Mapping.of(
            "validator",
            "The branch that holds back: it ends an answer that breaks a rule, before what broke it is sent.",
            List.of(VALIDATOR_TRIT, RULES, JUDGES_ON, ON_LOSS),
            values -> new Validator(
                    values.get(VALIDATOR_TRIT), values.get(RULES), values.get(JUDGES_ON), values.get(ON_LOSS)));

    private static final Key<Triad, Main> TRIAD_MAIN =
            Key.required("main", MAIN, Triad::main, "The branch whose model gives the answer.");
    private static final Key<Triad, Speculative> TRIAD_SPECULATIVE =
            Key.required("speculative", SPECULATIVE, Triad::speculative, "The branch that runs ahead.");
    private static final Key<Triad, Validator> TRIAD_VALIDATOR =
            Key.required("validator", VALIDATOR, Triad::validator, "The branch that holds back.");

    static final Mapping<Triad> TRIAD = Mapping.of(
            "triad",
            "Three branches at once, whose trits sum to 0 modulo 3.",
            List.of(TRIAD_MAIN, TRIAD_SPECULATIVE, TRIAD_VALIDATOR),
            values -> new Triad(values.get(TRIAD_MAIN), values.get(TRIAD_SPECULATIVE), values.get(TRIAD_VALIDATOR)));

    private BranchTable() {}

    private static @Nullable PlacedModel draft(Speculative speculative) {
        return speculative.proposer() instanceof Proposer.Draft draft ? draft.placed() : null;
    }

    private static PlacedModel placed(Values values) {
        return new PlacedModel(values.get(MODEL), values.get(STAGES), values.get(STRATEGY), values.get(ON));
    }
}
