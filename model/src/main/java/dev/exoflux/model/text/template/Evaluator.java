package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of expressions. */
final class Evaluator {

    private final Rendering rendering;
    private final Budget budget;

    Evaluator(Rendering rendering) {
        this.rendering = rendering;
        this.budget = rendering.budget();
    }

    /** The value of an expression in which no {@link Expression.Captured} occurs. */
    Object evaluate(Expression expression, Scope scope) {
        return evaluate(expression, scope, "");
    }

    /**
     * The value of an expression.
     *
     * @param captured the text that {@link Expression.Captured} stands for
     */
    Object evaluate(Expression expression, Scope scope, String captured) {
        budget.enter();
        Object value = switch (expression) {
            case Expression.Literal literal -> literal.value();
            case Expression.Captured text -> captured;
            case Expression.Name name -> name(name, scope);
            case Expression.ListDisplay list -> all(list.items(), scope);
            case Expression.TupleDisplay tuple -> new Tuple(all(tuple.items(), scope));
            case Expression.DictDisplay dict -> dict(dict, scope);
            case Expression.Attribute attribute -> attribute(attribute, scope, captured);
            case Expression.Item item -> item(item, scope, captured);
            case Expression.Slice slice -> slice(slice, scope, captured);
            case Expression.Call call -> call(call, scope, captured);
            case Expression.Filter filter -> filter(filter, scope, captured);
            case Expression.Test test -> test(test, scope, captured);
            case Expression.Sign sign -> sign(sign, scope);
            case Expression.Not not -> !Values.truth(evaluate(not.operand(), scope));
            case Expression.Arithmetic arithmetic -> arithmetic(arithmetic, scope);
            case Expression.Logic logic -> logic(logic, scope);
            case Expression.Concatenation concatenation -> concatenation(concatenation, scope);
            case Expression.Comparison comparison -> comparison(comparison, scope);
            case Expression.Conditional conditional -> conditional(conditional, scope);
        };
        budget.leave();
        return value;
    }

    private Object name(Expression.Name name, Scope scope) {
        Object value = scope.get(name.name());
        return value == Missing.MISSING ? Undefined.variable(name.name()) : value;
    }

    private List<Object> all(List<Expression> expressions, Scope scope) {
        List<Object> values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            values.add(evaluate(expression, scope));
        }
        budget.items(values.size());
        return values;
    }

    private Dict dict(Expression.DictDisplay display, Scope scope) {
        Dict dict = new Dict();
        for (int i = 0; i < display.keys().size(); i++) {
            Object key = evaluate(display.keys().get(i), scope);
            Object value = evaluate(display.values().get(i), scope);
            rendering.at(display.keys().get(i).at());
            dict.put(key, value, budget);
        }
        budget.items(dict.size());
        return dict;
    }

    private Object attribute(Expression.Attribute attribute, Scope scope, String captured) {
        Object of = evaluate(attribute.of(), scope, captured);
        rendering.at(attribute.at());
        return Lookup.attribute(rendering, of, attribute.name());
    }

    private Object item(Expression.Item item, Scope scope, String captured) {
        Object of = evaluate(item.of(), scope, captured);
        Object index = evaluate(item.index(), scope);
        rendering.at(item.at());
        return Lookup.item(rendering, of, index);
    }

    private Object slice(Expression.Slice slice, Scope scope, String captured) {
        Object of = evaluate(slice.of(), scope, captured);
        Object start = bound(slice.start(), scope);
        Object stop = bound(slice.stop(), scope);
        Object step = bound(slice.step(), scope);
        rendering.at(slice.at());
        return Slices.slice(of, start, stop, step, budget);
    }

    private Object bound(@Nullable Expression bound, Scope scope) {
        return bound == null ? None.NONE : evaluate(bound, scope);
    }

    private Object call(Expression.Call call, Scope scope, String captured) {
        Object function = evaluate(call.function(), scope, captured);
        return call(call, function, arguments(call.arguments(), scope));
    }

    /** The call of a {@code call} block, which is given its caller as one more argument. */
    Object callWithCaller(Expression.Call call, Macro caller, Scope scope) {
        Object function = evaluate(call.function(), scope);
        Arguments written = arguments(call.arguments(), scope);
        Map<String, Object> named = new LinkedHashMap<>(written.named());
        if (named.putIfAbsent("caller", caller) != null) {
            throw new TemplateFailure("a call block's call cannot be given a 'caller' itself", call.at());
        }
        return call(call, function, new Arguments(written.positional(), named));
    }

    private Object call(Expression.Call call, Object function, Arguments arguments) {
        rendering.at(call.at());
        if (function instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (!(function instanceof Callable callable)) {
            throw new TemplateFailure("a " + Values.typeName(function) + " cannot be called");
        }
        return callable.call(rendering, arguments);
    }

    private Arguments arguments(CallArguments written, Scope scope) {
        List<Object> positional = all(written.positional(), scope);
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < written.names().size(); i++) {
            named.put(written.names().get(i), evaluate(written.values().get(i), scope));
        }
        if (written.spread() != null) {
            Object spread = evaluate(written.spread(), scope);
            rendering.at(written.spread().at());
            positional.addAll(Values.toList(spread, budget));
        }
        if (written.keywordSpread() != null) {
            Object spread = evaluate(written.keywordSpread(), scope);
            rendering.at(written.keywordSpread().at());
            spreadNames(spread, named);
        }
        return new Arguments(positional, named);
    }

    private static void spreadNames(Object spread, Map<String, Object> into) {
        if (!(spread instanceof Dict dict)) {
            throw new TemplateFailure("'**' needs a dict, not a " + Values.typeName(spread));
        }
        for (Dict.Entry entry : dict.entries()) {
            if (!Values.isText(entry.key()) || into.putIfAbsent(Values.text(entry.key()), entry.value()) != null) {
                throw new TemplateFailure("the keys behind '**' must be strings, each given once");
            }
        }
    }

    private Object filter(Expression.Filter filter, Scope scope, String captured) {
        Object input = evaluate(filter.input(), scope, captured);
        Arguments arguments = arguments(filter.arguments(), scope);
        rendering.at(filter.at());
        return Filters.apply(rendering, filter.name(), input, arguments);
    }

    private Object test(Expression.Test test, Scope scope, String captured) {
        Object input = evaluate(test.input(), scope, captured);
        Arguments arguments = arguments(test.arguments(), scope);
        rendering.at(test.at());
        return ValueTests.test(rendering, test.name(), input, arguments);
    }

    private Object sign(Expression.Sign sign, Scope scope) {
        Object operand = evaluate(sign.operand(), scope);
        rendering.at(sign.at());
        return Operators.sign(sign.negative(), operand);
    }

    private Object arithmetic(Expression.Arithmetic arithmetic, Scope scope) {
        Object left = evaluate(arithmetic.left(), scope);
        Object right = evaluate(arithmetic.right(), scope);
        rendering.at(arithmetic.at());
        return Operators.apply(arithmetic.operator(), left, right, budget);
    }

    private Object logic(Expression.Logic logic, Scope scope) {
        Object left = evaluate(logic.left(), scope);
        return Values.truth(left) == logic.and() ? evaluate(logic.right(), scope) : left;
    }

    private Object concatenation(Expression.Concatenation concatenation, Scope scope) {
        StringBuilder joined = new StringBuilder();
        for (Expression part : concatenation.parts()) {
            Object value = evaluate(part, scope);
            rendering.at(part.at());
            String text = Printer.str(value, budget);
            budget.characters(text.length());
            joined.append(text);
        }
        return joined.toString();
    }

    private Object comparison(Expression.Comparison comparison, Scope scope) {
        Object left = evaluate(comparison.first(), scope);
        for (int i = 0; i < comparison.operands().size(); i++) {
            Object right = evaluate(comparison.operands().get(i), scope);
            rendering.at(comparison.at());
            if (!Comparisons.holds(comparison.operators().get(i), left, right, budget)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Object conditional(Expression.Conditional conditional, Scope scope) {
        if (Values.truth(evaluate(conditional.test(), scope))) {
            return evaluate(conditional.then(), scope);
        }
        if (conditional.otherwise() != null) {
            return evaluate(conditional.otherwise(), scope);
        }
        return new Undefined("the condition is false and there is no 'else'");
    }
}
