package dev.exoflux.pipeline.compose;

import java.util.Map;
import java.util.function.Predicate;

/** The rules that come with the house. Each is made once and watches any number of answers. */
public final class Rules {

    private Rules() {}

    /** An answer has at most so many characters (code points): it ends after them. */
    public static Rule maxLength(String name, int characters) {
        return new MaxLength(name, characters);
    }

    /**
     * An answer has nothing in it that matches. It ends before the match; text that may yet become a part of one is held back.
     *
     * @param pattern a regular expression of Java, looked for anywhere
     * @throws dev.exoflux.model.ExofluxException UNSUPPORTED for an expression that matches nothing at all, or whose work has no
     *     reasonable bound
     */
    public static Rule forbid(String name, String pattern) {
        return new Forbidden(name, SearchPattern.of(name, pattern));
    }

    /**
     * An answer has something in it that matches, by its end.
     *
     * @param pattern a regular expression of Java, looked for anywhere
     * @throws dev.exoflux.model.ExofluxException as {@link #forbid}
     */
    public static Rule require(String name, String pattern) {
        return new Required(name, SearchPattern.of(name, pattern));
    }

    /**
     * The whole answer is JSON that keeps to a schema.
     *
     * @param schema a JSON Schema, of 2020-12 unless it says otherwise, that refers to nothing outside of itself
     * @throws dev.exoflux.model.ExofluxException UNSUPPORTED for what is no schema
     */
    public static Rule jsonSchema(String name, Map<String, Object> schema) {
        return JsonSchemaRule.of(name, schema);
    }

    /**
     * The whole answer is in a language. Those with a script of their own are told by it, others by their commonest words; what
     * is too short to tell passes.
     *
     * @param code of ISO 639-1
     * @throws dev.exoflux.model.ExofluxException UNSUPPORTED for a language that is not told apart
     */
    public static Rule language(String name, String code) {
        return new LanguageRule(name, Language.require(code));
    }

    /** A model says yes to the prompt. */
    public static Rule promptJudged(String name, JudgingModel judge) {
        return new JudgedPrompt(name, judge);
    }

    /** A model says yes to the prompt with its whole answer. */
    public static Rule answerJudged(String name, JudgingModel judge) {
        return new JudgedAnswer(name, judge);
    }

    /**
     * A check of one's own: the answer ends before the token with which it no longer holds.
     *
     * @param holds whether the answer so far keeps to it; called as it grows, on any thread, and must not block
     */
    public static Rule function(String name, Predicate<String> holds) {
        return new FunctionRule(name, holds);
    }
}
