package dev.exoflux.dsl.definition;

import dev.exoflux.model.ExofluxException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A copy of a JSON document that nobody can change, and whose numbers are equal when they mean the same. */
final class JsonCopy {

    private JsonCopy() {}

    static Map<String, Object> of(Map<String, Object> document) {
        Map<String, Object> copy = new LinkedHashMap<>();
        document.forEach((key, value) -> copy.put(key, value(value)));
        return Collections.unmodifiableMap(copy);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null is a value of JSON
    private static @Nullable Object value(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> of((Map<String, Object>) map);
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(item -> copy.add(value(item)));
                yield Collections.unmodifiableList(copy);
            }
            case String text -> text;
            case Boolean flag -> flag;
            case Number number -> number(number);
            default ->
                throw ExofluxException.invalid(
                        "json-schema", "json-schema holds a %s, which JSON does not have.".formatted(value.getClass()));
        };
    }

    private static Object number(Number number) {
        BigDecimal exact = new BigDecimal(number.toString()).stripTrailingZeros();
        if (exact.scale() > 0) {
            return exact;
        }
        BigInteger whole = exact.toBigIntegerExact();
        return whole.bitLength() < Long.SIZE ? (Object) whole.longValueExact() : whole;
    }
}
