package dev.exoflux.dsl.yaml;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How values of one kind are written. */
interface Form<T> {

    /**
     * The value that is written there.
     *
     * @param key what messages call it
     * @return null where {@code reading} was told what is wrong
     */
    @Nullable
    T read(String key, YamlValue value, Reading reading);

    /** The value as a tree of maps, lists, texts, numbers, booleans, nulls and {@link Unquoted}s. */
    @Nullable
    Object write(T value);

    /** The JSON Schema of what {@link #read} takes. */
    Map<String, Object> schema(SchemaParts parts);

    /** What a value has to be, to go on with "it has to be". */
    String told();

    /** What may help whoever wrote {@code value} instead, as a sentence; empty where nothing comes to mind. */
    default String help(YamlValue value) {
        return "";
    }

    /** Written as it is, though a text of these letters would be taken for a number. */
    record Unquoted(String text) {}
}
