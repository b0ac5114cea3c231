package dev.exoflux.shell;

import dev.exoflux.pipeline.Speculated;
import dev.exoflux.pipeline.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a pipeline has made of an answer beside its text: the other two parts of a triad.
 *
 * @param validated whether a validator found every rule kept to; null where none has seen the whole answer
 * @param rule the one that was broken, where it is known
 */
record AnswerNote(@Nullable Boolean validated, @Nullable String rule, Speculated speculated) {

    static AnswerNote of(Token.Finish finish) {
        Token.Verdict verdict = finish.verdict();
        return new AnswerNote(
                verdict == null ? null : verdict.valid(), verdict == null ? null : verdict.rule(), finish.speculated());
    }

    /** @param exoflux the object beside OpenAI's fields, missing where there is none */
    static AnswerNote of(JsonNode exoflux) {
        JsonNode validated = exoflux.path("validated");
        JsonNode speculative = exoflux.path("speculative");
        return new AnswerNote(
                validated.isBoolean() ? validated.booleanValue() : null,
                exoflux.path("rule").asString(null),
                new Speculated(
                        speculative.path("proposed").asInt(0),
                        speculative.path("accepted").asInt(0)));
    }

    /** For people; empty where there was neither a validator nor a guess. */
    Optional<String> line() {
        List<String> parts = new ArrayList<>();
        if (validated != null) {
            parts.add(validated ? "validated" : broken());
        }
        if (speculated.proposed() > 0) {
            parts.add("%d of %d guesses right".formatted(speculated.accepted(), speculated.proposed()));
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of("(" + String.join(", ", parts) + ")");
    }

    private String broken() {
        return rule == null
                ? "not validated: the answer ends here, since it broke a rule"
                : "not validated: the answer ends here, since it broke the rule " + rule;
    }
}
