package dev.exoflux.model.text;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Token ids and how the tokenizer spells them. Immutable once read. */
final class Vocabulary {

    /** Beyond any vocabulary there is; ids index arrays. */
    static final int MAX_SIZE = 1 << 24;

    private @Nullable String[] tokens = new @Nullable String[0];
    private final Map<String, Integer> ids = new HashMap<>();
    private final BitSet special = new BitSet();
    private int size;

    /**
     * Adds a token while reading.
     *
     * @throws IllegalArgumentException if the id is out of range
     */
    void add(int id, String token) {
        if (id < 0 || id >= MAX_SIZE) {
            throw new IllegalArgumentException("the token \"" + token + "\" has the id " + id);
        }
        if (id >= tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(id + 1, Math.max(1024, tokens.length * 2)));
        }
        tokens[id] = token;
        ids.put(token, id);
        size = Math.max(size, id + 1);
    }

    /** Marks a token that decoding may leave out. */
    void markSpecial(int id) {
        special.set(id);
    }

    /** The highest id plus one. */
    int size() {
        return size;
    }

    /** How a token is spelt, null where the id is unused. */
    @Nullable
    String token(int id) {
        return id >= 0 && id < size ? tokens[id] : null;
    }

    /** The id of a token, null where there is none. */
    @Nullable
    Integer id(String token) {
        return ids.get(token);
    }

    boolean isSpecial(int id) {
        return id >= 0 && special.get(id);
    }
}
