package dev.exoflux.model.text.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds the names a piece of template reads. */
final class NameCollector {

    private final Set<String> declared = new HashSet<>();
    private final Set<String> undeclared = new HashSet<>();

    private NameCollector() {}

    /** Tells {@code reader} every name an expression reads. */
    static void namesIn(@Nullable Expression root, Consumer<String> reader) {
        Deque<Expression> pending = new ArrayDeque<>();
        if (root != null) {
            pending.push(root);
        }
        while (!pending.isEmpty()) {
            Expression node = pending.pop();
            if (node instanceof Expression.Name name) {
                reader.accept(name.name());
            }
            node.children().forEach(pending::push);
        }
    }

    /** The names read anywhere in a body, however deep, before something in it assigns them. */
    static Set<String> undeclaredIn(List<Statement> body) {
        NameCollector collector = new NameCollector();
        collector.statements(body);
        return collector.undeclared;
    }

    private void statements(List<Statement> body) {
        body.forEach(this::statement);
    }

    private void statement(Statement statement) {
        switch (statement) {
            case Statement.Print print -> expression(print.value());
            case Statement.If branches -> {
                for (Statement.Branch branch : branches.branches()) {
                    expression(branch.test());
                    statements(branch.body());
                }
                statements(branches.otherwise());
            }
            case Statement.For loop -> {
                declare(loop.target());
                expression(loop.items());
                statements(loop.body());
                statements(loop.otherwise());
                expression(loop.filter());
            }
            case Statement.Assignment assignment -> {
                declare(assignment.target());
                expression(assignment.value());
            }
            case Statement.BlockAssignment assignment -> {
                declare(assignment.target());
                expression(assignment.value());
                statements(assignment.body());
            }
            case Statement.MacroDefinition definition -> macro(definition.macro());
            case Statement.CallBlock block -> {
                expression(block.call());
                macro(block.caller());
            }
            case Statement.FilterBlock block -> {
                statements(block.body());
                expression(block.value());
            }
            case Statement.With with -> {
                with.targets().forEach(this::declare);
                with.values().forEach(this::expression);
                statements(with.body());
            }
            case Statement.Generation generation -> statements(generation.body());
            case Statement.Text text -> {}
            case Statement.Break exit -> {}
            case Statement.Continue skip -> {}
        }
    }

    private void macro(MacroBody macro) {
        declared.addAll(macro.parameters());
        macro.defaults().forEach(this::expression);
        statements(macro.body());
    }

    private void expression(@Nullable Expression expression) {
        namesIn(expression, name -> {
            if (!declared.contains(name)) {
                undeclared.add(name);
            }
        });
    }

    private void declare(Target target) {
        switch (target) {
            case Target.Variable variable -> declared.add(variable.name());
            case Target.NamespaceAttribute attribute -> {}
            case Target.Unpacking unpacking -> unpacking.targets().forEach(this::declare);
        }
    }

    /** The variables a target assigns, and the namespaces it reads. */
    static void namesIn(Target target, Consumer<String> assigned, Consumer<String> read) {
        switch (target) {
            case Target.Variable variable -> assigned.accept(variable.name());
            case Target.NamespaceAttribute attribute -> read.accept(attribute.namespace());
            case Target.Unpacking unpacking -> unpacking.targets().forEach(inner -> namesIn(inner, assigned, read));
        }
    }
}
