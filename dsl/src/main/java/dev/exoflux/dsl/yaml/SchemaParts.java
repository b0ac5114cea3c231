package dev.exoflux.dsl.yaml;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The named parts of a JSON Schema, each made once, those that hold themselves too. */
final class SchemaParts {

    private final Map<String, Object> parts = new LinkedHashMap<>();

    /** A reference to the part of that name. */
    Map<String, Object> refer(String name, Supplier<Map<String, Object>> part) {
        if (!parts.containsKey(name)) {
            parts.put(name, Map.of());
            parts.put(name, part.get());
        }
        return Map.of("$ref", "#/$defs/" + name);
    }

    Map<String, Object> all() {
        return parts;
    }
}
