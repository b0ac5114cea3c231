package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** What {@code + - * / // % **} mean for which values. */
final class Operators {

    private Operators() {}

    static Object apply(String operator, Object left, Object right, Budget budget) {
        if (Values.isNumber(left) && Values.isNumber(right)) {
            return Numbers.arithmetic(operator, left, right);
        }
        if (operator.equals("%") && Values.isText(left)) {
            return PercentFormat.format(left, right, budget);
        }
        if (left instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.failure();
        }
        return switch (operator) {
            case "+" -> add(left, right, budget);
            case "*" -> multiply(left, right, budget);
            default -> throw undefinedFor(operator, left, right);
        };
    }

    private static Object add(Object left, Object right, Budget budget) {
        if (Values.isText(left) && Values.isText(right)) {
            return addText(left, right, budget);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return concatenated(Values.asList(a), Values.asList(b), budget);
        }
        if (left instanceof Tuple a && right instanceof Tuple b) {
            return new Tuple(concatenated(a.items(), b.items(), budget));
        }
        throw undefinedFor("+", left, right);
    }

    private static Object addText(Object left, Object right, Budget budget) {
        if (left instanceof String a && right instanceof String b) {
            budget.characters((long) a.length() + b.length());
            return a.concat(b);
        }
        String a = Markup.escaped(left, budget).text();
        String b = Markup.escaped(right, budget).text();
        budget.characters((long) a.length() + b.length());
        return new Markup(a.concat(b));
    }

    private static List<Object> concatenated(List<Object> left, List<Object> right, Budget budget) {
        budget.items((long) left.size() + right.size());
        List<Object> all = new ArrayList<>(left.size() + right.size());
        all.addAll(left);
        all.addAll(right);
        return all;
    }

    private static Object multiply(Object left, Object right, Budget budget) {
        if (Numbers.isInteger(right)) {
            return repeat(left, Numbers.toInteger(right), right, budget);
        }
        if (Numbers.isInteger(left)) {
            return repeat(right, Numbers.toInteger(left), left, budget);
        }
        throw undefinedFor("*", left, right);
    }

    private static Object repeat(Object value, BigInteger count, Object number, Budget budget) {
        int times = Math.max(0, Numbers.clampToInt(count));
        return switch (value) {
            case String text -> PythonText.repeat(text, times, budget);
            case Markup markup -> new Markup(PythonText.repeat(markup.text(), times, budget));
            case List<?> list -> repeated(Values.asList(list), times, budget);
            case Tuple tuple -> new Tuple(repeated(tuple.items(), times, budget));
            default -> throw undefinedFor("*", value, number);
        };
    }

    private static List<Object> repeated(List<Object> items, int times, Budget budget) {
        List<Object> all = new ArrayList<>();
        if (!items.isEmpty()) {
            budget.items((long) items.size() * times);
            for (int i = 0; i < times; i++) {
                all.addAll(items);
            }
        }
        return all;
    }

    static Object sign(boolean negative, Object operand) {
        if (operand instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (!Values.isNumber(operand)) {
            throw new TemplateFailure(
                    "'%s' is not defined for a %s".formatted(negative ? "-" : "+", Values.typeName(operand)));
        }
        if (negative) {
            return Numbers.negate(operand);
        }
        return operand instanceof Double ? operand : Numbers.toInteger(operand);
    }

    private static TemplateFailure undefinedFor(String operator, Object left, Object right) {
        return new TemplateFailure("'%s' is not defined for a %s and a %s"
                .formatted(operator, Values.typeName(left), Values.typeName(right)));
    }
}
