package dev.exoflux.model.text.template;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies what a caller gives a template into values of the template language; the caller's own are never touched. */
final class Variables {

    private final Budget budget;

    private Variables(Budget budget) {
        this.budget = budget;
    }

    static Map<String, Object> copyOf(Map<String, ? extends @Nullable Object> variables, Budget budget) {
        Variables copier = new Variables(budget);
        Map<String, Object> copies = new HashMap<>();
        variables.forEach((name, value) -> copies.put(name, copier.copy(value)));
        return copies;
    }

    private Object copy(@Nullable Object value) {
        budget.enter();
        Object copy = switch (value) {
            case null -> None.NONE;
            case Boolean bool -> bool;
            case CharSequence text -> text(text);
            case BigInteger integer -> Numbers.limited(integer);
            case Long integer -> BigInteger.valueOf(integer);
            case Integer integer -> BigInteger.valueOf(integer);
            case Short integer -> BigInteger.valueOf(integer);
            case Byte integer -> BigInteger.valueOf(integer);
            case Double number -> number;
            case Float number -> number.doubleValue();
            case BigDecimal number -> number.doubleValue();
            case Map<?, ?> map -> dict(map);
            case Collection<?> collection -> list(collection);
            default ->
                throw new ExofluxException(
                        ErrorCode.TEMPLATE_ERROR,
                        "A chat template takes strings, numbers, booleans, lists and maps, not a "
                                + value.getClass().getName() + ".");
        };
        budget.leave();
        return copy;
    }

    private String text(CharSequence text) {
        budget.given(text.length());
        return text.toString();
    }

    private List<Object> list(Collection<?> collection) {
        budget.items(collection.size());
        List<Object> list = new ArrayList<>(collection.size());
        collection.forEach(item -> list.add(copy(item)));
        return list;
    }

    private Dict dict(Map<?, ?> map) {
        budget.items(map.size());
        Dict dict = new Dict();
        map.forEach((key, value) -> dict.put(copy(key), copy(value), budget));
        return dict;
    }
}
