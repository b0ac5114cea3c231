package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.Body;
import dev.exoflux.dsl.definition.Condition;
import dev.exoflux.dsl.definition.Condition.Answer;
import dev.exoflux.dsl.definition.Condition.Header;
import dev.exoflux.dsl.definition.Condition.PromptCharactersAbove;
import dev.exoflux.dsl.definition.Condition.PromptMatches;
import dev.exoflux.dsl.definition.Condition.PromptTokensAbove;
import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.FanOut.Join;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.dsl.definition.Main;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Router.Rule;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Speculative;
import dev.exoflux.dsl.definition.Target;
import dev.exoflux.dsl.definition.Triad;
import dev.exoflux.dsl.definition.Validator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of bodies, and of whom they hand requests to. */
final class BodyTable {

    private static final String TARGET_TOLD = "the name of a pipeline, a model's id, or a body in place";

    static final Form<Target> TARGET = CompoundForms.later(TARGET_TOLD, () -> BodyTable.NAME_OR_BODY);

    private static final Key<Rule, Target> TO = Key.required("to", TARGET, Rule::to, "Who answers then.");

    private static final Key<Header, String> HEADER_NAME = Key.required(
            "name", ScalarForms.text("the name of a header", Header.NAME), Header::name, "The header's name.");
    private static final Key<Header, String> HEADER_MATCHES = Key.optional(
            "matches",
            RuleTable.EXPRESSION,
            Header::pattern,
            Header.ANY,
            "any value",
            "A regular expression that its value has a match of.");
    static final Mapping<Header> HEADER = Mapping.of(
            "header",
            "A header that a request came with.",
            List.of(HEADER_NAME, HEADER_MATCHES),
            values -> new Header(values.get(HEADER_NAME), values.get(HEADER_MATCHES)));

    private static final Key<Answer, String> ANSWER_MATCHES = Key.optional(
            "matches",
            RuleTable.EXPRESSION,
            Answer::pattern,
            Answer.YES,
            "an answer that begins with yes",
            "A regular expression that its answer has a match of.");
    static final Mapping<Answer> ANSWER = Mapping.of(
            "answer",
            "What a model says about a prompt.",
            List.of(RuleTable.ASKED.of(Answer::judge), RuleTable.QUESTION.of(Answer::judge), ANSWER_MATCHES),
            values -> new Answer(RuleTable.judge(values), values.get(ANSWER_MATCHES)));

    private static final List<Key<Rule, ? extends Condition>> CONDITIONS = List.of(
            condition(
                    "prompt-tokens-above",
                    PromptTokensAbove.class,
                    CompoundForms.as(
                            ScalarForms.whole(0, PromptTokensAbove.MOST),
                            PromptTokensAbove::new,
                            PromptTokensAbove::tokens),
                    "The prompt has more tokens than this."),
            condition(
                    "prompt-characters-above",
                    PromptCharactersAbove.class,
                    CompoundForms.as(
                            ScalarForms.whole(0, PromptTokensAbove.MOST),
                            PromptCharactersAbove::new,
                            PromptCharactersAbove::characters),
                    "The prompt has more characters than this."),
            condition(
                    "prompt-matches",
                    PromptMatches.class,
                    CompoundForms.as(RuleTable.EXPRESSION, PromptMatches::new, PromptMatches::pattern),
                    "A regular expression that the prompt has a match of."),
            condition("header", Header.class, HEADER, "A header that the request came with."),
            condition("answer", Answer.class, ANSWER, "What a model says about the prompt."));

    static final Mapping<Rule> ROUTE = Mapping.of(
                    "route",
                    "Where requests go that meet a condition.",
                    Stream.concat(CONDITIONS.stream(), Stream.<Key<Rule, ?>>of(TO))
                            .toList(),
                    values -> new Rule(first(CONDITIONS, values), values.get(TO)))
            .withExactlyOneOf(CONDITIONS.stream().map(Key::name));

    private static final Key<Router, List<Rule>> RULES = Key.required(
            "rules",
            CompoundForms.list(ROUTE, 1, Router.MOST_RULES),
            Router::rules,
            "Conditions; the first that is met decides.");
    private static final Key<Router, Target> OTHERWISE =
            Key.required("otherwise", TARGET, Router::otherwise, "Who answers where none is met.");
    static final Mapping<Router> ROUTER = Mapping.of(
            "router",
            "Hands each request to one of several.",
            List.of(RULES, OTHERWISE),
            values -> new Router(values.get(RULES), values.get(OTHERWISE)));

    private static final Key<FanOut, Join> JOIN = Key.required(
            "join",
            ScalarForms.choice(Join.values(), Join::spelling),
            FanOut::join,
            "What becomes of the answers: the one that begins first, all one after another, what most say, or the best.");
    private static final Key<FanOut, Judge> BEST_BY = Key.optional(
            "judge", RuleTable.JUDGE, FanOut::judge, "none; join: best needs one", "Who says which answer is best.");
    private static final Key<FanOut, List<Target>> VOICES = Key.required(
            "to", CompoundForms.list(TARGET, 2, FanOut.MOST), FanOut::targets, "Who is asked, all at once.");
    static final Mapping<FanOut> FAN_OUT = Mapping.of(
            "fan-out",
            "Hands a request to several at once.",
            List.of(JOIN, BEST_BY, VOICES),
            values -> new FanOut(values.get(JOIN), values.find(BEST_BY), values.get(VOICES)));

    private static final Form<Fallback> FALLBACK =
            CompoundForms.as(CompoundForms.list(TARGET, 2, Fallback.MOST), Fallback::new, Fallback::targets);

    private static final Key<Body, Main> MAIN =
            ofSingle(Key.optional("main", BranchTable.MAIN, Single::main, "", "One model that answers."));
    private static final Key<Body, Speculative> SPECULATIVE = ofSingle(Key.optional(
            "speculative",
            BranchTable.SPECULATIVE,
            Single::speculative,
            "no speculation",
            "Runs ahead of main. With a validator too it is a triad."));
    private static final Key<Body, Validator> VALIDATOR = ofSingle(Key.optional(
            "validator",
            BranchTable.VALIDATOR,
            Single::validator,
            "no rules",
            "Holds main back. With speculation too it is a triad."));
    private static final Key<Body, Triad> TRIAD =
            body("triad", Triad.class, BranchTable.TRIAD, "Three branches at once: main, speculative and validator.");
    private static final Key<Body, Router> ROUTED =
            body("router", Router.class, ROUTER, "Hands each request to one of several.");
    private static final Key<Body, Fallback> FALLING_BACK = body(
            "fallback",
            Fallback.class,
            FALLBACK,
            "Hands a request to the first, and to the next where that one fails or is full.");
    private static final Key<Body, FanOut> FANNED_OUT =
            body("fan-out", FanOut.class, FAN_OUT, "Hands a request to several at once.");

    /** The keys that whatever has a body has for it. */
    static final List<Key<Body, ?>> KEYS =
            List.of(MAIN, SPECULATIVE, VALIDATOR, TRIAD, ROUTED, FALLING_BACK, FANNED_OUT);

    private static final Form<Target> NAME_OR_BODY = CompoundForms.either(
            Target.Named.class,
            new NamedForm(),
            Body.class,
            mapping("body", "A body in place.", KEYS, BodyTable::body));

    private BodyTable() {}

    /** A mapping that has a body, and with it the rules about their keys. */
    static <R> Mapping<R> mapping(String name, String meaning, List<Key<R, ?>> keys, Function<Values, R> make) {
        return Mapping.of(name, meaning, keys, make)
                .withExactlyOneOf(
                        Stream.of(MAIN, TRIAD, ROUTED, FALLING_BACK, FANNED_OUT).map(Key::name))
                .withOnlyBeside(MAIN.name(), SPECULATIVE.name(), VALIDATOR.name());
    }

    static Body body(Values values) {
        if (values.has(MAIN)) {
            return new Single(values.get(MAIN), values.find(SPECULATIVE), values.find(VALIDATOR));
        }
        return first(List.of(TRIAD, ROUTED, FALLING_BACK, FANNED_OUT), values);
    }

    private static <T> T first(List<? extends Key<?, ? extends T>> keys, Values values) {
        return keys.stream()
                .<@Nullable T>map(values::find)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    private static <C extends Condition> Key<Rule, C> condition(
            String name, Class<C> type, Form<C> form, String meaning) {
        return Key.optional(
                name,
                form,
                rule -> type.isInstance(rule.condition()) ? type.cast(rule.condition()) : null,
                "",
                meaning);
    }

    private static <B extends Body> Key<Body, B> body(String name, Class<B> type, Form<B> form, String meaning) {
        return Key.optional(name, form, body -> type.isInstance(body) ? type.cast(body) : null, "", meaning);
    }

    private static <V> Key<Body, V> ofSingle(Key<Single, V> key) {
        return key.of(body -> body instanceof Single single ? single : null);
    }
}
