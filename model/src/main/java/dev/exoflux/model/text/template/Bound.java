package dev.exoflux.model.text.template;

import java.math.BigInteger;
import java.util.List;

/** Arguments matched to parameters; optional ones may be absent. */
record Bound(String callee, List<String> names, List<Object> values) {

    boolean has(int index) {
        return values.get(index) != Missing.MISSING;
    }

    /** Present and not {@code none}. */
    boolean hasValue(int index) {
        return has(index) && values.get(index) != None.NONE;
    }

    Object get(int index) {
        return values.get(index);
    }

    Object or(int index, Object otherwise) {
        return has(index) ? values.get(index) : otherwise;
    }

    boolean truth(int index, boolean otherwise) {
        return has(index) ? Values.truth(values.get(index)) : otherwise;
    }

    String text(int index) {
        return switch (values.get(index)) {
            case String text -> text;
            case Markup markup -> markup.text();
            default -> throw wrong(index, "a string");
        };
    }

    String text(int index, String otherwise) {
        return has(index) ? text(index) : otherwise;
    }

    BigInteger integer(int index) {
        return switch (values.get(index)) {
            case BigInteger integer -> integer;
            case Boolean bool -> bool ? BigInteger.ONE : BigInteger.ZERO;
            default -> throw wrong(index, "an integer");
        };
    }

    /** An integer, cut to what an int can hold: lengths and counts beyond that mean the same. */
    int count(int index, int otherwise) {
        return has(index) ? Numbers.clampToInt(integer(index)) : otherwise;
    }

    TemplateFailure wrong(int index, String expected) {
        Object value = values.get(index);
        if (value instanceof Undefined undefined) {
            return undefined.failure();
        }
        return new TemplateFailure(
                "%s needs %s as '%s', not %s".formatted(callee, expected, names.get(index), Values.typeName(value)));
    }
}
