package dev.exoflux.model.text.template;

import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;

/** Walks through the statements of one template, once. */
final class Interpreter {

    /** How a list of statements came to its end. */
    private enum Flow {
        NORMAL,
        BREAK,
        CONTINUE
    }

    private final Rendering rendering;
    private final Budget budget;
    private final Evaluator evaluator;

    Interpreter(Rendering rendering) {
        this.rendering = rendering;
        this.budget = rendering.budget();
        this.evaluator = new Evaluator(rendering);
    }

    Budget budget() {
        return budget;
    }

    String run(List<Statement> template, Locals locals) {
        Scope scope = new Scope(null, locals);
        scope.enter(rendering);
        return render(template, scope);
    }

    /** What a body renders, as text of its own. */
    String render(List<Statement> body, Scope scope) {
        StringBuilder out = new StringBuilder();
        execute(body, scope, out);
        return out.toString();
    }

    private Flow execute(List<Statement> body, Scope scope, StringBuilder out) {
        budget.enter();
        Flow flow = Flow.NORMAL;
        for (int i = 0; i < body.size() && flow == Flow.NORMAL; i++) {
            budget.step();
            flow = execute(body.get(i), scope, out);
        }
        budget.leave();
        return flow;
    }

    private Flow execute(Statement statement, Scope scope, StringBuilder out) {
        switch (statement) {
            case Statement.Text text -> write(text.text(), out);
            case Statement.Print print -> print(print, scope, out);
            case Statement.If branches -> {
                return choose(branches, scope, out);
            }
            case Statement.For loop -> {
                return loop(loop, scope, out);
            }
            case Statement.Assignment assignment -> assign(assignment, scope);
            case Statement.BlockAssignment assignment -> {
                return assignBlock(assignment, scope);
            }
            case Statement.MacroDefinition definition ->
                scope.set(definition.name(), new Macro(definition.macro(), scope, this));
            case Statement.CallBlock block -> {
                Macro caller = new Macro(block.caller(), scope, this);
                writeText("call", evaluator.callWithCaller(block.call(), caller, scope), out);
            }
            case Statement.FilterBlock block -> {
                return filter(block, scope, out);
            }
            case Statement.With with -> {
                return with(with, scope, out);
            }
            case Statement.Generation generation ->
                write(render(generation.body(), entered(scope, generation.locals())), out);
            case Statement.Break exit -> {
                return Flow.BREAK;
            }
            case Statement.Continue skip -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.NORMAL;
    }

    private Scope entered(Scope outer, Locals locals) {
        Scope scope = new Scope(outer, locals);
        scope.enter(rendering);
        return scope;
    }

    private void write(String text, StringBuilder out) {
        budget.characters(text.length());
        budget.length((long) out.length() + text.length());
        out.append(text);
    }

    private void writeText(String tag, Object value, StringBuilder out) {
        if (!Values.isText(value)) {
            throw new TemplateFailure(
                    "the tag '%s' must come to a string, not a %s".formatted(tag, Values.typeName(value)));
        }
        write(Values.text(value), out);
    }

    private void print(Statement.Print print, Scope scope, StringBuilder out) {
        Object value = evaluator.evaluate(print.value(), scope);
        rendering.at(print.value().at());
        write(Printer.str(value, budget), out);
    }

    private Flow choose(Statement.If branches, Scope scope, StringBuilder out) {
        for (Statement.Branch branch : branches.branches()) {
            if (Values.truth(evaluator.evaluate(branch.test(), scope))) {
                return execute(branch.body(), scope, out);
            }
        }
        return execute(branches.otherwise(), scope, out);
    }

    private Flow loop(Statement.For loop, Scope scope, StringBuilder out) {
        Object items = evaluator.evaluate(loop.items(), scope);
        if (!loop.recursive()) {
            return loop(loop, items, 0, scope, out);
        }
        write(recurse(loop, items, 0, scope), out);
        return Flow.NORMAL;
    }

    private String recurse(Statement.For loop, Object items, int depth0, Scope scope) {
        StringBuilder out = new StringBuilder();
        loop(loop, items, depth0, scope, out);
        return out.toString();
    }

    private Flow loop(Statement.For loop, Object items, int depth0, Scope outer, StringBuilder out) {
        rendering.at(loop.at());
        Loop state = loopOver(loop, items, depth0, outer);
        Scope scope = new Scope(outer, loop.bodyLocals());
        boolean completed = false;
        for (Object item = state.advance(); item != Missing.MISSING; item = state.advance()) {
            scope.set("loop", state);
            assign(loop.target(), item, scope);
            scope.enter(rendering);
            Flow flow = execute(loop.body(), scope, out);
            if (flow == Flow.BREAK) {
                break;
            }
            // as in jinja2: an item left by 'continue' does not keep the 'else' from being rendered
            completed |= flow == Flow.NORMAL;
            rendering.at(loop.at());
        }
        return completed || loop.otherwise().isEmpty()
                ? Flow.NORMAL
                : execute(loop.otherwise(), entered(outer, loop.otherwiseLocals()), out);
    }

    private Loop loopOver(Statement.For loop, Object items, int depth0, Scope outer) {
        Iterator<Object> iterator = Values.iterate(items, budget);
        int length = items instanceof Once ? -1 : Values.length(items);
        if (loop.filter() != null) {
            Scope scope = new Scope(outer, loop.filterLocals());
            scope.enter(rendering);
            Expression condition = loop.filter();
            iterator = Lazily.filter(iterator, item -> {
                assign(loop.target(), item, scope);
                return Values.truth(evaluator.evaluate(condition, scope));
            });
            length = -1;
        }
        BiFunction<Object, Integer, Object> recursion =
                loop.recursive() ? (inner, depth) -> recurse(loop, inner, depth, outer) : null;
        return new Loop(iterator, length, depth0, recursion);
    }

    private void assign(Statement.Assignment assignment, Scope scope) {
        Object value = evaluator.evaluate(assignment.value(), scope);
        rendering.at(assignment.at());
        assign(assignment.target(), value, scope);
    }

    private void assign(Target target, Object value, Scope scope) {
        switch (target) {
            case Target.Variable variable -> scope.set(variable.name(), value);
            case Target.NamespaceAttribute attribute -> {
                rendering.at(attribute.at());
                if (!(scope.get(attribute.namespace()) instanceof Namespace namespace)) {
                    throw new TemplateFailure(
                            "'%s' is no namespace: its attributes cannot be assigned".formatted(attribute.namespace()));
                }
                namespace.set(attribute.attribute(), value, budget);
            }
            case Target.Unpacking unpacking -> unpack(unpacking.targets(), value, scope);
        }
    }

    private void unpack(List<Target> targets, Object value, Scope scope) {
        List<Object> items = Values.toList(value, budget);
        if (items.size() != targets.size()) {
            throw new TemplateFailure(
                    "%d values cannot be assigned to %d names".formatted(items.size(), targets.size()));
        }
        for (int i = 0; i < items.size(); i++) {
            assign(targets.get(i), items.get(i), scope);
        }
    }

    private Flow assignBlock(Statement.BlockAssignment assignment, Scope scope) {
        Scope inner = entered(scope, assignment.locals());
        StringBuilder captured = new StringBuilder();
        Flow flow = execute(assignment.body(), inner, captured);
        if (flow == Flow.NORMAL) {
            Object value = evaluator.evaluate(assignment.value(), inner, captured.toString());
            rendering.at(assignment.at());
            assign(assignment.target(), value, scope);
        }
        return flow;
    }

    private Flow filter(Statement.FilterBlock block, Scope scope, StringBuilder out) {
        Scope inner = entered(scope, block.locals());
        StringBuilder captured = new StringBuilder();
        Flow flow = execute(block.body(), inner, captured);
        if (flow == Flow.NORMAL) {
            Object value = evaluator.evaluate(block.value(), inner, captured.toString());
            rendering.at(block.value().at());
            writeText("filter", value, out);
        }
        return flow;
    }

    private Flow with(Statement.With with, Scope scope, StringBuilder out) {
        Scope inner = entered(scope, with.locals());
        for (int i = 0; i < with.targets().size(); i++) {
            Object value = evaluator.evaluate(with.values().get(i), scope);
            rendering.at(with.at());
            assign(with.targets().get(i), value, inner);
        }
        return execute(with.body(), inner, out);
    }

    /** Gives a macro's parameters that got no argument their defaults, in order: a default may use those before it. */
    void setDefaults(MacroBody macro, Scope scope) {
        int withoutDefault = macro.parameters().size() - macro.defaults().size();
        for (int i = 0; i < macro.parameters().size(); i++) {
            String name = macro.parameters().get(i);
            if (scope.get(name) == Missing.MISSING) {
                Object value = i < withoutDefault
                        ? new Undefined("the parameter '" + name + "' was not given")
                        : evaluator.evaluate(macro.defaults().get(i - withoutDefault), scope);
                scope.set(name, value);
            }
        }
    }
}
