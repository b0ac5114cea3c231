package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.Condition;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Target;
import java.util.List;
import java.util.stream.Stream;

/** Rules, of which the first that matches decides, and at the end who answers otherwise. Immutable. */
public final class RouterSentence {

    private final List<Router.Rule> rules;

    RouterSentence(List<Router.Rule> rules) {
        this.rules = rules;
    }

    /** For prompts of more tokens than this. */
    public Case whenPromptTokensAbove(int tokens) {
        return new Case(new Condition.PromptTokensAbove(tokens));
    }

    /** For prompts of more characters than this. */
    public Case whenPromptCharactersAbove(int characters) {
        return new Case(new Condition.PromptCharactersAbove(characters));
    }

    /** For prompts that have a match of a regular expression. */
    public Case whenPromptMatches(String pattern) {
        return new Case(new Condition.PromptMatches(pattern));
    }

    /** For requests that came with a header. */
    public Case whenHeader(String name) {
        return new Case(new Condition.Header(name, Condition.Header.ANY));
    }

    /** For requests that came with a header whose value has a match of a regular expression. */
    public Case whenHeader(String name, String pattern) {
        return new Case(new Condition.Header(name, pattern));
    }

    /** For prompts that a model says yes about. */
    public Case whenAnswer(String model, String question) {
        return whenAnswer(model, question, Condition.Answer.YES);
    }

    /** For prompts about which a model says something that has a match of a regular expression. */
    public Case whenAnswer(String model, String question, String pattern) {
        return new Case(new Condition.Answer(new Judge(model, question), pattern));
    }

    /** Who answers where no rule matches: ends the sentence. */
    public Router otherwise(Target target) {
        return new Router(rules, target);
    }

    /** The same, by the name of a pipeline or the id of a model. */
    public Router otherwise(String name) {
        return otherwise(Target.named(name));
    }

    /** A condition, and who answers where it is met. */
    public final class Case {

        private final Condition condition;

        private Case(Condition condition) {
            this.condition = condition;
        }

        /** Who answers then. */
        public RouterSentence to(Target target) {
            return new RouterSentence(Stream.concat(rules.stream(), Stream.of(new Router.Rule(condition, target)))
                    .toList());
        }

        /** The same, by the name of a pipeline or the id of a model. */
        public RouterSentence to(String name) {
            return to(Target.named(name));
        }
    }
}
