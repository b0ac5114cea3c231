package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What every value can be asked. Values are: {@link None}, {@link Undefined}, {@link Boolean}, {@link BigInteger} (int),
 * {@link Double} (float), {@link String} and {@link Markup} (str), {@link List} (list), {@link Tuple}, {@link Dict}, {@link
 * DictView}, {@link Range}, {@link Once} (iterators), {@link Namespace}, {@link Loop}, {@link Cycler} and {@link Callable}.
 */
final class Values {

    private Values() {}

    static String typeName(Object value) {
        return switch (value) {
            case None none -> "None";
            case Undefined undefined -> "undefined value";
            case Boolean bool -> "bool";
            case BigInteger integer -> "int";
            case Double number -> "float";
            case String text -> "str";
            case Markup markup -> "str";
            case List<?> list -> "list";
            case Tuple tuple -> "tuple";
            case Dict dict -> "dict";
            case DictView view -> view.typeName();
            case Range range -> "range";
            case Once once -> once.typeName();
            case Namespace namespace -> "namespace";
            case Loop loop -> "loop";
            case Cycler cycler -> "cycler";
            case Macro macro -> "macro";
            default -> "function";
        };
    }

    static boolean truth(Object value) {
        return switch (value) {
            case None none -> false;
            case Undefined undefined -> false;
            case Boolean bool -> bool;
            case BigInteger integer -> integer.signum() != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case Markup markup -> !markup.text().isEmpty();
            case List<?> list -> !list.isEmpty();
            case Tuple tuple -> !tuple.items().isEmpty();
            case Dict dict -> dict.size() > 0;
            case DictView view -> view.dict().size() > 0;
            case Range range -> range.size() > 0;
            default -> true;
        };
    }

    static boolean isText(Object value) {
        return value instanceof String || value instanceof Markup;
    }

    /** Text of a value that is text; callers have asked {@link #isText}. */
    static String text(Object value) {
        return value instanceof Markup markup ? markup.text() : (String) value;
    }

    static boolean isNumber(Object value) {
        return value instanceof BigInteger || value instanceof Double || value instanceof Boolean;
    }

    /** Whether it has a length and can be subscripted. */
    static boolean isSequence(Object value) {
        return isText(value)
                || value instanceof List
                || value instanceof Tuple
                || value instanceof Dict
                || value instanceof Range
                || value instanceof Undefined;
    }

    static boolean isIterable(Object value) {
        return isSequence(value) || value instanceof DictView || value instanceof Once || value instanceof Loop;
    }

    /** How many items or characters it has. */
    static int length(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case Markup markup -> length(markup.text());
            case List<?> list -> list.size();
            case Tuple tuple -> tuple.items().size();
            case Dict dict -> dict.size();
            case DictView view -> view.dict().size();
            case Range range -> range.size();
            case Undefined undefined -> 0;
            case Loop loop -> loop.length();
            default -> throw new TemplateFailure("a " + typeName(value) + " has no length");
        };
    }

    /** Its items one by one, each counted as a step. */
    static Iterator<Object> iterate(Object value, Budget budget) {
        return new CountedIterator(rawIterator(value, budget), budget);
    }

    private static Iterator<Object> rawIterator(Object value, Budget budget) {
        return switch (value) {
            case String text -> PythonText.characters(text, budget).iterator();
            case Markup markup -> PythonText.characters(markup.text(), budget).iterator();
            case List<?> list -> asList(list).iterator();
            case Tuple tuple -> tuple.items().iterator();
            case Dict dict -> dict.keys().iterator();
            case DictView view -> view.elements().iterator();
            case Range range -> range.elements().iterator();
            case Once once -> once;
            case Undefined undefined -> List.<Object>of().iterator();
            default -> throw new TemplateFailure("a " + typeName(value) + " cannot be iterated over");
        };
    }

    private record CountedIterator(Iterator<Object> items, Budget budget) implements Iterator<Object> {
        @Override
        public boolean hasNext() {
            return items.hasNext();
        }

        @Override
        public Object next() {
            budget.step();
            return items.next();
        }
    }

    /** All its items, as a list of their own. */
    static List<Object> toList(Object value, Budget budget) {
        List<Object> items = new ArrayList<>();
        Iterator<Object> rest = iterate(value, budget);
        while (rest.hasNext()) {
            items.add(rest.next());
        }
        budget.items(items.size());
        return items;
    }

    @SuppressWarnings("unchecked")
    static List<Object> asList(List<?> list) {
        return (List<Object>) list;
    }
}
