package dev.exoflux.model.text.template;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Items that are transformed or left out only when they are asked for, as in Python's generators. */
final class Lazily {

    private Lazily() {}

    static Iterator<Object> map(Iterator<Object> items, Function<Object, Object> transform) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return items.hasNext();
            }

            @Override
            public Object next() {
                return transform.apply(items.next());
            }
        };
    }

    static Iterator<Object> filter(Iterator<Object> items, Predicate<Object> accepted) {
        return new Iterator<>() {
            private @Nullable Object found;

            @Override
            public boolean hasNext() {
                while (found == null && items.hasNext()) {
                    Object candidate = items.next();
                    if (accepted.test(candidate)) {
                        found = candidate;
                    }
                }
                return found != null;
            }

            @Override
            public Object next() {
                Object item = hasNext() ? found : null;
                if (item == null) {
                    throw new NoSuchElementException();
                }
                found = null;
                return item;
            }
        };
    }
}
