package dev.exoflux.dsl.yaml;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One key of a mapping: all that is known of it.
 *
 * @param <R> what the mapping describes
 * @param <V> what the key says of it
 * @param get the value that belongs to the key; null where it says nothing
 * @param meaning in a sentence, for people
 * @param presence whether it may be left out
 * @param without what holds without it, in words; empty where it is required
 * @param usual the value that means the same as leaving it out; null where none does
 */
record Key<R, V>(
        String name,
        Form<V> form,
        Function<R, @Nullable V> get,
        String meaning,
        Presence presence,
        String without,
        @Nullable V usual) {

    enum Presence {
        REQUIRED,
        OPTIONAL,
        /** Optional, and written all the same. */
        SHOWN
    }

    static <R, V> Key<R, V> required(String name, Form<V> form, Function<R, @Nullable V> get, String meaning) {
        return new Key<>(name, form, get, meaning, Presence.REQUIRED, "", null);
    }

    /** A key without which {@code usual} holds. */
    static <R, V> Key<R, V> optional(
            String name, Form<V> form, Function<R, @Nullable V> get, V usual, String without, String meaning) {
        return new Key<>(name, form, get, meaning, Presence.OPTIONAL, without, usual);
    }

    /** A key without which nothing is said. */
    static <R, V> Key<R, V> optional(
            String name, Form<V> form, Function<R, @Nullable V> get, String without, String meaning) {
        return new Key<>(name, form, get, meaning, Presence.OPTIONAL, without, null);
    }

    /** The same key, written even where it says what is usual. */
    Key<R, V> shown() {
        return new Key<>(name, form, get, meaning, Presence.SHOWN, without, usual);
    }

    /** The same key of something that holds an {@code R}, or may. */
    <S> Key<S, V> of(Function<S, @Nullable R> holder) {
        return new Key<>(
                name,
                form,
                whole -> {
                    R part = holder.apply(whole);
                    return part == null ? null : get.apply(part);
                },
                meaning,
                presence,
                without,
                usual);
    }

    /** The value as a tree, or null where it need not be written. */
    @Nullable
    Object write(R whole) {
        V value = get.apply(whole);
        return value == null || (presence == Presence.OPTIONAL && value.equals(usual)) ? null : form.write(value);
    }
}
