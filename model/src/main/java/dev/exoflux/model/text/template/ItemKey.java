package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** What filters look at in each item: the item itself, or what a path such as {@code function.name} leads to. */
interface ItemKey {

    Object of(Object item);

    /**
     * What the path leads to.
     *
     * @param attribute the path, or {@link None} for the item itself
     * @param otherwise what stands for a part that is undefined, or {@link None}
     */
    static ItemKey attribute(Rendering rendering, Object attribute, Object otherwise) {
        List<Object> path = path(attribute);
        return item -> {
            Object value = item;
            for (Object part : path) {
                value = Lookup.item(rendering, value, part);
                value = value instanceof Undefined && otherwise != None.NONE ? otherwise : value;
            }
            return value;
        };
    }

    /** The same without regard to case, where asked for. */
    default ItemKey ignoringCase(boolean ignore) {
        return ignore ? item -> folded(of(item)) : this;
    }

    private static Object folded(Object value) {
        return Values.isText(value) ? PythonText.lower(Values.text(value)) : value;
    }

    private static List<Object> path(Object attribute) {
        if (attribute == None.NONE) {
            return List.of();
        }
        if (!Values.isText(attribute)) {
            return List.of(attribute);
        }
        List<Object> path = new ArrayList<>();
        for (String part : Values.text(attribute).split("\\.", -1)) {
            boolean number =
                    !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            path.add(number ? new BigInteger(part) : part);
        }
        return path;
    }
}
