package dev.exoflux.dsl.yaml;

import static dev.exoflux.dsl.yaml.CompoundForms.as;

import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.AnswerRule;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.dsl.definition.PlacedModel;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of a validator's rules, and of what judges. */
final class RuleTable {

    static final Form<String> MODEL_ID = ScalarForms.text("a model's id", PlacedModel.ID);

    static final Form<String> BEAN = ScalarForms.text("the name of a bean", AnswerRule.NAME);

    static final Form<String> EXPRESSION = ScalarForms.expression(AnswerRule.MOST_PATTERN);

    static final Key<Judge, String> ASKED =
            Key.required("model", MODEL_ID, Judge::model, "The id of the model that is asked.");
    static final Key<Judge, String> QUESTION =
            Key.required("question", ScalarForms.text(Judge.MOST_QUESTION), Judge::question, "What it is asked.");

    static final Mapping<Judge> JUDGE =
            Mapping.of("judge", "A model that is asked a question.", List.of(ASKED, QUESTION), RuleTable::judge);

    private static final Key<AnswerRule, String> NAME = Key.optional(
            "name",
            ScalarForms.text("a name", AnswerRule.NAME),
            rule -> rule.name().equals(rule.check().kind()) ? null : rule.name(),
            "the rule's own key, such as forbid",
            "What a client is told when the rule is broken.");

    private static final Form<AnswerCheck> SCHEMA = CompoundForms.either(
            AnswerCheck.JsonSchemaFile.class,
            CompoundForms.placed(as(
                    ScalarForms.text("the path of a file", Pattern.compile(".{1,1024}")),
                    AnswerCheck.JsonSchemaFile::new,
                    AnswerCheck.JsonSchemaFile::file)),
            AnswerCheck.JsonSchema.class,
            as(new JsonForm(), AnswerCheck.JsonSchema::new, AnswerCheck.JsonSchema::schema));

    private static final List<Key<AnswerRule, ? extends AnswerCheck>> CHECKS = List.of(
            check(
                    "max-length",
                    AnswerCheck.MaxLength.class,
                    as(
                            ScalarForms.whole(1, AnswerCheck.MaxLength.MOST),
                            AnswerCheck.MaxLength::new,
                            AnswerCheck.MaxLength::characters),
                    "Most characters of an answer."),
            check(
                    "forbid",
                    AnswerCheck.Forbid.class,
                    as(EXPRESSION, AnswerCheck.Forbid::new, AnswerCheck.Forbid::pattern),
                    "What an answer must not have anywhere."),
            check(
                    "require",
                    AnswerCheck.Require.class,
                    as(EXPRESSION, AnswerCheck.Require::new, AnswerCheck.Require::pattern),
                    "What an answer must have somewhere."),
            Key.optional(
                    "json-schema",
                    SCHEMA,
                    rule -> rule.check() instanceof AnswerCheck.JsonSchema
                                    || rule.check() instanceof AnswerCheck.JsonSchemaFile
                            ? rule.check()
                            : null,
                    "",
                    "What the whole answer has to be as JSON: a JSON Schema, or the path of one relative to this file."),
            check(
                    "language",
                    AnswerCheck.Language.class,
                    as(
                            ScalarForms.text("a code of ISO 639, such as en", AnswerCheck.Language.CODE),
                            AnswerCheck.Language::new,
                            AnswerCheck.Language::code),
                    "The language that an answer is in."),
            check(
                    "judge",
                    AnswerCheck.Judged.class,
                    as(JUDGE, AnswerCheck.Judged::new, AnswerCheck.Judged::judge),
                    "A model that has to say yes to an answer."),
            check(
                    "bean",
                    AnswerCheck.Bean.class,
                    as(BEAN, AnswerCheck.Bean::new, AnswerCheck.Bean::name),
                    "A check of one's own, in a Spring application."));

    static final Mapping<AnswerRule> RULE = Mapping.of(
                    "rule",
                    "One rule of a validator.",
                    Stream.concat(Stream.<Key<AnswerRule, ?>>of(NAME), CHECKS.stream())
                            .toList(),
                    RuleTable::rule)
            .withExactlyOneOf(CHECKS.stream().map(Key::name));

    private RuleTable() {}

    private static <C extends AnswerCheck> Key<AnswerRule, C> check(
            String name, Class<C> type, Form<C> form, String meaning) {
        return Key.optional(name, form, rule -> checkOf(rule, type), "", meaning);
    }

    private static <C extends AnswerCheck> @Nullable C checkOf(AnswerRule rule, Class<C> type) {
        if (rule.check() instanceof AnswerCheck.Function) {
            throw Unwritable.function("the rule " + rule.name());
        }
        return type.isInstance(rule.check()) ? type.cast(rule.check()) : null;
    }

    private static AnswerRule rule(Values values) {
        AnswerCheck check = CHECKS.stream()
                .<@Nullable AnswerCheck>map(values::find)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        return values.has(NAME) ? new AnswerRule(values.get(NAME), check) : new AnswerRule(check);
    }

    static Judge judge(Values values) {
        return new Judge(values.get(ASKED), values.get(QUESTION));
    }
}
