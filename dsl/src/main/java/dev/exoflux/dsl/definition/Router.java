package dev.exoflux.dsl.definition;

import java.util.List;
import java.util.stream.Stream;

/**
 * Hands each request to one of several.
 *
 * @param rules at least one; the first that matches decides
 * @param otherwise who answers where none does
 */
public record Router(List<Rule> rules, Target otherwise) implements Body {

    /** Most rules of one router. */
    public static final int MOST_RULES = 64;

    /** Where requests go that meet a condition. */
    public record Rule(Condition condition, Target to) {}

    public Router {
        rules = Bounds.counted("rules", rules, 1, MOST_RULES);
    }

    @Override
    public List<Target> targets() {
        return Stream.concat(rules.stream().map(Rule::to), Stream.of(otherwise)).toList();
    }
}
