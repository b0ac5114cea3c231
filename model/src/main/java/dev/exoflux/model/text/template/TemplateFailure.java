package dev.exoflux.model.text.template;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import org.jspecify.annotations.Nullable;

/**
 * A template that cannot be parsed or rendered, on its way to the edge of this package. Thrown without a place by what
 * knows none (an operator, a filter); {@link Rendering} and the parsers add it.
 */
final class TemplateFailure extends RuntimeException {

    private final String problem;
    private final @Nullable String advice;
    private final @Nullable Position position;

    private TemplateFailure(String problem, @Nullable String advice, @Nullable Position position) {
        super(problem, null, false, false);
        this.problem = problem;
        this.advice = advice;
        this.position = position;
    }

    TemplateFailure(String problem) {
        this(problem, null, null);
    }

    TemplateFailure(String problem, Position position) {
        this(problem, null, position);
    }

    /** Something Python's jinja2 knows and this dialect does not. */
    static TemplateFailure unsupported(String what) {
        return new TemplateFailure(what + " is not supported")
                .advise("Maybe the template can do without it; no template of a well-known model family uses it.");
    }

    /** With a line that says what may help. */
    TemplateFailure advise(String line) {
        return new TemplateFailure(problem, line, position);
    }

    /** With a place, unless it has one already. */
    TemplateFailure at(Position place) {
        return position != null ? this : new TemplateFailure(problem, advice, place);
    }

    ExofluxException toException() {
        StringBuilder message = new StringBuilder("The chat template fails");
        if (position != null) {
            message.append(" at line ")
                    .append(position.line())
                    .append(", column ")
                    .append(position.column());
        }
        message.append(": ").append(problem).append('.');
        if (advice != null) {
            message.append('\n').append(advice);
        }
        return new ExofluxException(ErrorCode.TEMPLATE_ERROR, message.toString());
    }
}
