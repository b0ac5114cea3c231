package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.AnswerRule;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.dsl.definition.Trit;
import dev.exoflux.dsl.definition.Validator;
import dev.exoflux.dsl.definition.Validator.OnLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What holds back: its rules, by default with the trit -1, judges on any peer, and failing where it is lost. Not thread-safe. */
public final class ValidatorSentence {

    private final List<AnswerRule> rules = new ArrayList<>();
    private Trit trit = Trit.MINUS;
    private List<String> on = List.of();
    private OnLoss onLoss = OnLoss.FAIL;

    ValidatorSentence() {}

    /** At most so many characters. */
    public ValidatorSentence maxLength(int characters) {
        return rule(new AnswerCheck.MaxLength(characters));
    }

    /** Nothing that matches a regular expression. */
    public ValidatorSentence forbid(String pattern) {
        return rule(new AnswerCheck.Forbid(pattern));
    }

    /** Something that matches a regular expression. */
    public ValidatorSentence require(String pattern) {
        return rule(new AnswerCheck.Require(pattern));
    }

    /** JSON that keeps to a JSON Schema, as {@link AnswerCheck.JsonSchema} takes one. */
    public ValidatorSentence jsonSchema(Map<String, Object> schema) {
        return rule(new AnswerCheck.JsonSchema(schema));
    }

    /** The same with the schema in a file, which is read when the pipeline is deployed; relative to the working directory. */
    public ValidatorSentence jsonSchema(String file) {
        return rule(new AnswerCheck.JsonSchemaFile(file));
    }

    /** In the language of an ISO 639 code, such as {@code en}. */
    public ValidatorSentence language(String code) {
        return rule(new AnswerCheck.Language(code));
    }

    /** A model says yes to a question about it. */
    public ValidatorSentence judge(String model, String question) {
        return rule(new AnswerCheck.Judged(new Judge(model, question)));
    }

    /**
     * A check of one's own, which cannot be written to YAML.
     *
     * @param name what a client is told when it is broken
     * @param holds whether the answer so far keeps to it; called as it grows, on any thread, and must not block
     */
    public ValidatorSentence check(String name, Predicate<String> holds) {
        return rule(name, new AnswerCheck.Function(holds));
    }

    /** A check by the name of a bean. */
    public ValidatorSentence bean(String name) {
        return rule(new AnswerCheck.Bean(name));
    }

    /** Any check, by a name of its own. */
    public ValidatorSentence rule(String name, AnswerCheck check) {
        rules.add(new AnswerRule(name, check));
        return this;
    }

    /** Its part in the balance of the triad. */
    public ValidatorSentence trit(Trit trit) {
        this.trit = trit;
        return this;
    }

    /** Peers, by name or label, that judging models may run on. */
    public ValidatorSentence on(String... peers) {
        on = List.of(peers);
        return this;
    }

    /** What happens to an answer when a rule can no longer be decided. */
    public ValidatorSentence onLoss(OnLoss onLoss) {
        this.onLoss = onLoss;
        return this;
    }

    Validator validator() {
        return new Validator(trit, rules, on, onLoss);
    }

    private ValidatorSentence rule(AnswerCheck check) {
        rules.add(new AnswerRule(check));
        return this;
    }
}
