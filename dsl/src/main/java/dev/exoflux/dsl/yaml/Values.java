package dev.exoflux.dsl.yaml;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was read under the keys of one mapping. */
final class Values {

    private final Map<String, Object> values = new HashMap<>();

    /** Reads what is written under {@code key}. */
    <V> void read(Key<?, V> key, YamlValue value, Reading reading) {
        V read = key.form().read(key.name(), value, reading);
        if (read != null) {
            values.put(key.name(), read);
        }
    }

    boolean has(Key<?, ?> key) {
        return values.containsKey(key.name());
    }

    /** What was said, or else what is usual; null where neither is. */
    @SuppressWarnings("unchecked") // put there by the key's own form
    <V> @Nullable V find(Key<?, V> key) {
        return has(key) ? (V) values.get(key.name()) : key.usual();
    }

    /** What was said, or else what is usual, where the mapping made sure that one of them is. */
    <V> V get(Key<?, V> key) {
        return Objects.requireNonNull(find(key), key.name());
    }
}
