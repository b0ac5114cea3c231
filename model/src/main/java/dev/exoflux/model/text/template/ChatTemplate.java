package dev.exoflux.model.text.template;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A parsed chat template: turns messages, tools and special tokens into the text of a prompt, as Python's jinja2 does
 * with the settings of transformers. Immutable; any number of threads may render it at once.
 *
 * <p>Templates come with models and are not trusted: they see nothing but the variables they are given and the clock,
 * and what they cost is bounded by {@link TemplateLimits}.
 */
public final class ChatTemplate {

    private final List<Statement> statements;
    private final Locals locals;
    private final TemplateLimits limits;
    private final Supplier<LocalDateTime> now;

    private ChatTemplate(
            List<Statement> statements, Locals locals, TemplateLimits limits, Supplier<LocalDateTime> now) {
        this.statements = statements;
        this.locals = locals;
        this.limits = limits;
        this.now = now;
    }

    /**
     * Parses a template, with {@link TemplateLimits#DEFAULT} and the system's clock and time zone.
     *
     * @throws ExofluxException {@link ErrorCode#TEMPLATE_ERROR} with line and column, for what is no valid template and
     *     for tags, filters and tests that the dialect lacks
     */
    public static ChatTemplate parse(String source) {
        // the time zone is a slow thing to load, and few templates ask for it
        return parse(source, TemplateLimits.DEFAULT, () -> LocalDateTime.now(ZoneId.systemDefault()));
    }

    /**
     * Parses a template.
     *
     * @param clock what {@code strftime_now} tells, in its time zone
     * @throws ExofluxException {@link ErrorCode#TEMPLATE_ERROR} as {@link #parse(String)}
     */
    public static ChatTemplate parse(String source, TemplateLimits limits, Clock clock) {
        return parse(source, limits, () -> LocalDateTime.now(clock));
    }

    private static ChatTemplate parse(String source, TemplateLimits limits, Supplier<LocalDateTime> now) {
        if (source.length() > limits.sourceCharacters()) {
            throw new ExofluxException(
                    ErrorCode.TEMPLATE_ERROR,
                    "The chat template has %d characters, more than the %d allowed."
                            .formatted(source.length(), limits.sourceCharacters()));
        }
        try {
            List<Statement> statements = StatementParser.parse(Source.of(source), limits.depth() / 2);
            FilterCheck.check(statements);
            return new ChatTemplate(statements, ScopeAnalysis.analyse(statements), limits, now);
        } catch (TemplateFailure failure) {
            throw failure.toException();
        }
    }

    /**
     * Renders the template.
     *
     * @param variables what the template can name ({@code messages}, {@code tools}, {@code documents}, {@code
     *     add_generation_prompt}, {@code bos_token}, ...): strings, booleans, numbers, lists, maps and null, in any
     *     nesting. A variable that is not given is undefined, which is not the same as null.
     * @throws ExofluxException {@link ErrorCode#TEMPLATE_ERROR}: with line and column where the template fails; with the
     *     template's own words alone where it calls {@code raise_exception}
     */
    public String render(Map<String, ? extends @Nullable Object> variables) {
        Budget budget = new Budget(limits);
        Rendering rendering = null;
        try {
            rendering = new Rendering(Variables.copyOf(variables, budget), now, budget);
            return new Interpreter(rendering).run(statements, locals);
        } catch (TemplateFailure failure) {
            throw (rendering == null ? failure : failure.at(rendering.position())).toException();
        }
    }
}
