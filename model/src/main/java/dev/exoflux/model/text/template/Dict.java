package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's dict: in order of insertion, and 1, 1.0 and True are one key. */
final class Dict {

    record Entry(Object key, Object value) {}

    /** By {@link Keys#of}. */
    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    void put(Object key, Object value, Budget budget) {
        Object hashed = Keys.of(key, budget);
        Entry known = entries.get(hashed);
        entries.put(hashed, new Entry(known == null ? key : known.key(), value));
    }

    /** Null where the key is not there. */
    @Nullable
    Object get(Object key, Budget budget) {
        return getHashed(Keys.of(key, budget));
    }

    /** The same for a key that is a string. */
    @Nullable
    Object get(String key) {
        return getHashed(key);
    }

    /** The same for what {@link Keys} made of a key. */
    @Nullable
    Object getHashed(Object hashed) {
        Entry entry = entries.get(hashed);
        return entry == null ? null : entry.value();
    }

    int size() {
        return entries.size();
    }

    List<Entry> entries() {
        return new ArrayList<>(entries.values());
    }

    List<Object> keys() {
        List<Object> keys = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> keys.add(entry.key()));
        return keys;
    }

    Dict copy() {
        Dict copy = new Dict();
        copy.entries.putAll(entries);
        return copy;
    }
}
