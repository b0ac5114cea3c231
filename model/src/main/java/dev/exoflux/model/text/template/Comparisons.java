package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;

/** Equality, order and membership of values, as Python has them. */
final class Comparisons {

    private Comparisons() {}

    /** One link of a comparison: {@code left operator right}. */
    static boolean holds(String operator, Object left, Object right, Budget budget) {
        return switch (operator) {
            case "==" -> equal(left, right, budget);
            case "!=" -> !equal(left, right, budget);
            case "in" -> contains(right, left, budget);
            case "not in" -> !contains(right, left, budget);
            default -> ordered(operator, left, right, budget);
        };
    }

    static boolean equal(Object left, Object right, Budget budget) {
        budget.step();
        if (Values.isNumber(left) && Values.isNumber(right)) {
            return !Numbers.isNan(left) && !Numbers.isNan(right) && Numbers.compare(left, right) == 0;
        }
        if (Values.isText(left) && Values.isText(right)) {
            return Values.text(left).equals(Values.text(right));
        }
        return switch (left) {
            case Undefined undefined -> right instanceof Undefined;
            case List<?> a -> right instanceof List<?> b && itemsEqual(Values.asList(a), Values.asList(b), budget);
            case Tuple a -> right instanceof Tuple b && itemsEqual(a.items(), b.items(), budget);
            case Dict a -> right instanceof Dict b && dictsEqual(a, b, budget);
            case Range a -> right instanceof Range b && rangesEqual(a, b);
            case DictView a -> right instanceof DictView b && viewsEqual(a, b, budget);
            default -> identical(left, right);
        };
    }

    private static boolean itemsEqual(List<Object> left, List<Object> right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        return firstDifference(left, right, budget) == left.size();
    }

    /** The index of the first pair that differs, or the length of the shorter list. */
    private static int firstDifference(List<Object> left, List<Object> right, Budget budget) {
        budget.enter();
        int shorter = Math.min(left.size(), right.size());
        int index = 0;
        while (index < shorter && same(left.get(index), right.get(index), budget)) {
            index++;
        }
        budget.leave();
        return index;
    }

    /** Containers compare their elements by identity first, which matters for NaN. */
    private static boolean same(Object left, Object right, Budget budget) {
        return identical(left, right) || equal(left, right, budget);
    }

    /** Python's {@code is}. */
    @SuppressWarnings("ReferenceEquality")
    static boolean identical(Object left, Object right) {
        return left == right;
    }

    private static boolean dictsEqual(Dict left, Dict right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        budget.enter();
        boolean equal = true;
        for (Dict.Entry entry : left.entries()) {
            Object other = right.get(entry.key(), budget);
            equal = equal && other != null && same(entry.value(), other, budget);
        }
        budget.leave();
        return equal;
    }

    private static boolean rangesEqual(Range left, Range right) {
        boolean sameStart = left.size() == 0 || left.start().equals(right.start());
        boolean sameStep = left.size() <= 1 || left.step().equals(right.step());
        return left.size() == right.size() && sameStart && sameStep;
    }

    private static boolean viewsEqual(DictView left, DictView right, Budget budget) {
        if (left.part() == DictView.Part.VALUES || right.part() == DictView.Part.VALUES) {
            return identical(left, right);
        }
        if (left.dict().size() != right.dict().size()) {
            return false;
        }
        List<Object> others = right.elements();
        for (Object element : left.elements()) {
            if (!containsItem(others, element, budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean ordered(String operator, Object left, Object right, Budget budget) {
        budget.step();
        if (Values.isNumber(left) && Values.isNumber(right)) {
            return !Numbers.isNan(left) && !Numbers.isNan(right) && signHolds(operator, Numbers.compare(left, right));
        }
        if (Values.isText(left) && Values.isText(right)) {
            return signHolds(operator, PythonText.compare(Values.text(left), Values.text(right)));
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return itemsOrdered(operator, Values.asList(a), Values.asList(b), budget);
        }
        if (left instanceof Tuple a && right instanceof Tuple b) {
            return itemsOrdered(operator, a.items(), b.items(), budget);
        }
        if (left instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.failure();
        }
        throw new TemplateFailure("a %s and a %s cannot be compared with '%s'"
                .formatted(Values.typeName(left), Values.typeName(right), operator));
    }

    private static boolean itemsOrdered(String operator, List<Object> left, List<Object> right, Budget budget) {
        int index = firstDifference(left, right, budget);
        if (index == Math.min(left.size(), right.size())) {
            return signHolds(operator, Integer.compare(left.size(), right.size()));
        }
        budget.enter();
        boolean holds = ordered(operator, left.get(index), right.get(index), budget);
        budget.leave();
        return holds;
    }

    private static boolean signHolds(String operator, int sign) {
        return switch (operator) {
            case "<" -> sign < 0;
            case "<=" -> sign <= 0;
            case ">" -> sign > 0;
            default -> sign >= 0;
        };
    }

    static boolean less(Object left, Object right, Budget budget) {
        return ordered("<", left, right, budget);
    }

    static boolean contains(Object container, Object item, Budget budget) {
        return switch (container) {
            case String text -> containsText(text, item);
            case Markup markup -> containsText(markup.text(), item);
            case Dict dict -> dict.get(item, budget) != null;
            case DictView view
            when view.part() == DictView.Part.KEYS -> view.dict().get(item, budget) != null;
            case List<?> list -> containsItem(Values.asList(list), item, budget);
            case Tuple tuple -> containsItem(tuple.items(), item, budget);
            case Range range -> rangeContains(range, item);
            case Undefined undefined -> false;
            case DictView view -> containsItem(view.elements(), item, budget);
            case Once once -> consumedUntil(once, item, budget);
            default ->
                throw new TemplateFailure("'in' needs something to search in, not a " + Values.typeName(container));
        };
    }

    private static boolean containsText(String text, Object item) {
        if (item instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (!Values.isText(item)) {
            throw new TemplateFailure("only a string can be in a string, not a " + Values.typeName(item));
        }
        return TextSearch.contains(text, Values.text(item));
    }

    private static boolean containsItem(List<Object> items, Object item, Budget budget) {
        for (Object candidate : items) {
            if (same(candidate, item, budget)) {
                return true;
            }
        }
        return false;
    }

    private static boolean rangeContains(Range range, Object item) {
        if (item instanceof Double number) {
            BigInteger whole = NumberParsing.truncated(number);
            return whole != null && whole.doubleValue() == number && range.contains(whole);
        }
        return Numbers.isInteger(item) && range.contains(Numbers.toInteger(item));
    }

    private static boolean consumedUntil(Iterator<Object> items, Object item, Budget budget) {
        while (items.hasNext()) {
            if (same(items.next(), item, budget)) {
                return true;
            }
        }
        return false;
    }
}
