package dev.exoflux.model.text.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a template that names filters or tests nobody knows, before it is ever rendered. As in jinja2 those directly in
 * an {@code if} or behind a condition are left until they are reached: a template may ask first whether they exist.
 */
final class FilterCheck {

    private record Pending(Expression expression, boolean conditional) {}

    private FilterCheck() {}

    static void check(List<Statement> body) {
        statements(body, false);
    }

    private static void statements(List<Statement> body, boolean conditional) {
        for (Statement statement : body) {
            statement(statement, conditional);
        }
    }

    private static void statement(Statement statement, boolean conditional) {
        switch (statement) {
            case Statement.Print print -> expression(print.value(), conditional);
            case Statement.If branches -> {
                for (Statement.Branch branch : branches.branches()) {
                    expression(branch.test(), true);
                    statements(branch.body(), true);
                }
                statements(branches.otherwise(), true);
            }
            case Statement.For loop -> {
                expression(loop.items(), conditional && !loop.recursive());
                expression(loop.filter(), false);
                statements(loop.body(), false);
                statements(loop.otherwise(), false);
            }
            case Statement.Assignment assignment -> expression(assignment.value(), conditional);
            case Statement.BlockAssignment assignment -> {
                expression(assignment.value(), false);
                statements(assignment.body(), false);
            }
            case Statement.MacroDefinition definition -> macro(definition.macro());
            case Statement.CallBlock block -> {
                expression(block.call(), conditional);
                macro(block.caller());
            }
            case Statement.FilterBlock block -> {
                expression(block.value(), false);
                statements(block.body(), false);
            }
            case Statement.With with -> {
                with.values().forEach(value -> expression(value, conditional));
                statements(with.body(), false);
            }
            case Statement.Generation generation -> statements(generation.body(), false);
            case Statement.Text text -> {}
            case Statement.Break exit -> {}
            case Statement.Continue skip -> {}
        }
    }

    private static void macro(MacroBody macro) {
        macro.defaults().forEach(value -> expression(value, false));
        statements(macro.body(), false);
    }

    private static void expression(@Nullable Expression root, boolean conditional) {
        Deque<Pending> pending = new ArrayDeque<>();
        if (root != null) {
            pending.push(new Pending(root, conditional));
        }
        while (!pending.isEmpty()) {
            Pending next = pending.pop();
            if (!next.conditional()) {
                require(next.expression());
            }
            boolean below = next.conditional() || next.expression() instanceof Expression.Conditional;
            for (Expression child : next.expression().children()) {
                pending.push(new Pending(child, below));
            }
        }
    }

    private static void require(Expression expression) {
        switch (expression) {
            case Expression.Filter filter -> Filters.require(filter.name(), filter.at());
            case Expression.Test test -> ValueTests.require(test.name(), test.at());
            default -> {}
        }
    }
}
