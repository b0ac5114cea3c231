package dev.exoflux.model.text.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code value.name} and {@code value[key]}: the first prefers what Python calls an attribute (so {@code message.items}
 * is the method, also where the dict has that key), the second prefers the item; each falls back to the other.
 */
final class Lookup {

    private Lookup() {}

    static Object attribute(Rendering rendering, Object value, String name) {
        Object attribute = Attributes.find(value, name);
        if (attribute != null) {
            return attribute;
        }
        Object item = value instanceof Dict dict ? dict.get(name) : null;
        return item != null ? item : new Undefined(describe(value) + " has no attribute '" + name + "'");
    }

    static Object item(Rendering rendering, Object value, Object key) {
        Object item = itemOrNull(value, key, rendering.budget());
        if (item == null && Values.isText(key)) {
            item = Attributes.find(value, Values.text(key));
        }
        return item != null ? item : missing(value, key, rendering.budget());
    }

    private static Undefined missing(Object value, Object key, Budget budget) {
        if (Values.isText(key)) {
            return new Undefined(describe(value) + " has no attribute '" + Values.text(key) + "'");
        }
        boolean plain = Values.isNumber(key) || key == None.NONE;
        String element = plain ? Printer.repr(key, budget) : "of type " + Values.typeName(key);
        return new Undefined(describe(value) + " has no element " + element);
    }

    private static String describe(Object value) {
        return value == None.NONE ? "None" : "a " + Values.typeName(value);
    }

    private static @Nullable Object itemOrNull(Object value, Object key, Budget budget) {
        return switch (value) {
            case Undefined undefined -> throw undefined.failure();
            case Dict dict -> {
                Object hashed = Keys.orNull(key, budget);
                yield hashed == null ? null : dict.getHashed(hashed);
            }
            case String text -> character(text, key);
            case Markup markup -> {
                String character = character(markup.text(), key);
                yield character == null ? null : new Markup(character);
            }
            case List<?> list -> element(Values.asList(list), key);
            case Tuple tuple -> element(tuple.items(), key);
            case Range range -> {
                int index = index(key, range.size());
                yield index < 0 ? null : range.get(index);
            }
            default -> null;
        };
    }

    private static @Nullable Object element(List<Object> items, Object key) {
        int index = index(key, items.size());
        return index < 0 ? null : items.get(index);
    }

    private static @Nullable String character(String text, Object key) {
        if (!Numbers.isInteger(key)) {
            return null;
        }
        int index = index(key, PythonText.length(text));
        return index < 0 ? null : PythonText.substring(text, index, index + 1);
    }

    /** Counted from the start, or -1 where there is no such item. */
    private static int index(Object key, int length) {
        if (!Numbers.isInteger(key)) {
            return -1;
        }
        int index = Numbers.clampToInt(Numbers.toInteger(key));
        int fromStart = index < 0 ? index + length : index;
        return fromStart >= 0 && fromStart < length ? fromStart : -1;
    }
}
