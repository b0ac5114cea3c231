package dev.exoflux.dsl.run;

import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.AnswerRule;
import dev.exoflux.dsl.definition.Judge;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.compose.JudgingModel;
import dev.exoflux.pipeline.compose.Rule;
import dev.exoflux.pipeline.compose.Rules;
import java.util.function.Function;

/** Turns the rules of a validator into those that run. */
final class RuleCompiler {

    private final Function<Judge, JudgingModel> judges;
    private final Beans beans;

    RuleCompiler(Function<Judge, JudgingModel> judges, Beans beans) {
        this.judges = judges;
        this.beans = beans;
    }

    /** @throws ExofluxException UNSUPPORTED for what cannot be run, INVALID_REQUEST for a bean that is not there */
    Rule compile(AnswerRule rule) {
        String name = rule.name();
        return switch (rule.check()) {
            case AnswerCheck.MaxLength most -> Rules.maxLength(name, most.characters());
            case AnswerCheck.Forbid forbid -> Rules.forbid(name, forbid.pattern());
            case AnswerCheck.Require require -> Rules.require(name, require.pattern());
            case AnswerCheck.JsonSchema json -> Rules.jsonSchema(name, json.schema());
            case AnswerCheck.JsonSchemaFile file ->
                throw new ExofluxException(ErrorCode.UNSUPPORTED, """
                        json-schema names the file %s, which peers that are to run it do not have.
                        Maybe write the schema in its place, or let `exoflux deploy FILE` do so.""".formatted(file.file()));
            case AnswerCheck.Language language -> Rules.language(name, language.code());
            case AnswerCheck.Judged judged -> Rules.answerJudged(name, judges.apply(judged.judge()));
            case AnswerCheck.Bean bean ->
                Rules.function(name, Beans.require(beans.check(bean.name()), "bean", bean.name()));
            case AnswerCheck.Function function -> Rules.function(name, function.holds());
        };
    }
}
