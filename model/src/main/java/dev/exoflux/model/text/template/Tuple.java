package dev.exoflux.model.text.template;

import java.util.List;

/**
 * Python's tuple.
 *
 * @param fields the names of the items, for what {@code groupby} makes; else empty
 */
record Tuple(List<Object> items, List<String> fields) {

    Tuple(List<Object> items) {
        this(items, List.of());
    }

    static Tuple of(Object... items) {
        return new Tuple(List.of(items));
    }
}
