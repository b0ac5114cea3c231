package dev.exoflux.dsl.definition;

import java.util.List;
import java.util.Locale;

/**
 * The branch that holds back: it reads along, and ends an answer that breaks a rule before what broke it is sent.
 *
 * @param trit {@link Trit#MINUS} by default
 * @param rules at least one
 * @param on peers, by name or label, that judging models may run on; empty, the default, for any
 * @param onLoss what happens to an answer when a rule can no longer be decided; {@link OnLoss#FAIL} by default
 */
public record Validator(Trit trit, List<AnswerRule> rules, List<String> on, OnLoss onLoss) {

    /** Most rules of one validator. */
    public static final int MOST_RULES = 64;

    /** What happens to an answer whose validator is lost. */
    public enum OnLoss {
        /** It fails. */
        FAIL,
        /** It goes on, and is not said to be validated. */
        CONTINUE;

        /** As files spell it. */
        public String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Validator {
        rules = Bounds.counted("rules", rules, 1, MOST_RULES);
        on = PlacedModel.requirePeers(on);
    }

    /** The branch with what it usually has. */
    public Validator(List<AnswerRule> rules) {
        this(Trit.MINUS, rules, List.of(), OnLoss.FAIL);
    }
}
