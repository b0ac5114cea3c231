package dev.exoflux.model.text.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a template does, one after the other. A {@link Locals} belongs to each block that has names of its own. */
sealed interface Statement {

    record Text(String text) implements Statement {}

    record Print(Expression value) implements Statement {}

    record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

    record Branch(Expression test, List<Statement> body) {}

    /** {@code filterLocals} are for the condition behind {@code if}, which sees neither the body's names nor its loop. */
    record For(
            Target target,
            Expression items,
            @Nullable Expression filter,
            boolean recursive,
            List<Statement> body,
            List<Statement> otherwise,
            Locals bodyLocals,
            Locals filterLocals,
            Locals otherwiseLocals,
            Position at)
            implements Statement {}

    record Assignment(Target target, Expression value, Position at) implements Statement {}

    /** {@code value} starts from {@link Expression.Captured}, the text of the body. */
    record BlockAssignment(Target target, Expression value, List<Statement> body, Locals locals, Position at)
            implements Statement {}

    record MacroDefinition(String name, MacroBody macro) implements Statement {}

    /** Calls a macro, and gives it the body to call. */
    record CallBlock(MacroBody caller, Expression.Call call) implements Statement {}

    /** {@code value} starts from {@link Expression.Captured}, the text of the body. */
    record FilterBlock(Expression value, List<Statement> body, Locals locals) implements Statement {}

    record With(List<Target> targets, List<Expression> values, List<Statement> body, Locals locals, Position at)
            implements Statement {}

    /** What the assistant has said: rendered in place, with names of its own. */
    record Generation(List<Statement> body, Locals locals) implements Statement {}

    record Break() implements Statement {}

    record Continue() implements Statement {}
}
