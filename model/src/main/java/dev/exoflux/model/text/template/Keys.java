package dev.exoflux.model.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands for a value where Python would hash it: equal values have equal stand-ins. */
final class Keys {

    private record TupleKey(List<Object> items) {}

    private Keys() {}

    static Object of(Object value, Budget budget) {
        Object key = orNull(value, budget);
        if (key == null) {
            throw new TemplateFailure("a " + Values.typeName(value) + " cannot be a key or an element of a set");
        }
        return key;
    }

    /** Null for what Python cannot hash. */
    static @Nullable Object orNull(Object value, Budget budget) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            case Boolean bool -> bool ? BigInteger.ONE : BigInteger.ZERO;
            case Double number -> ofDouble(number);
            case Tuple tuple -> ofTuple(tuple, budget);
            case Undefined undefined -> Undefined.class;
            case List<?> list -> null;
            case Dict dict -> null;
            case DictView view -> null;
            default -> value;
        };
    }

    private static Object ofDouble(double number) {
        boolean whole = number == Math.rint(number) && !Double.isInfinite(number);
        return whole ? new BigDecimal(number).toBigInteger() : Double.valueOf(number);
    }

    private static @Nullable TupleKey ofTuple(Tuple tuple, Budget budget) {
        budget.enter();
        List<Object> items = new ArrayList<>(tuple.items().size());
        for (Object item : tuple.items()) {
            budget.step();
            Object key = orNull(item, budget);
            if (key == null) {
                budget.leave();
                return null;
            }
            items.add(key);
        }
        budget.leave();
        return new TupleKey(items);
    }
}
