package dev.exoflux.model.text.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code cycler(...)}: hands out its items in turn. */
final class Cycler {

    private final List<Object> items;
    private int position;

    Cycler(List<Object> items) {
        this.items = items;
    }

    /** An attribute, or null where there is none of that name. */
    @Nullable
    Object attribute(String name) {
        return switch (name) {
            case "current" -> items.get(position);
            case "items" -> new Tuple(items);
            case "pos" -> Numbers.of(position);
            case "next" -> new NativeFunction("cycler.next", (rendering, arguments) -> next());
            case "reset" -> new NativeFunction("cycler.reset", (rendering, arguments) -> reset());
            default -> null;
        };
    }

    private Object next() {
        Object item = items.get(position);
        position = (position + 1) % items.size();
        return item;
    }

    private Object reset() {
        position = 0;
        return None.NONE;
    }
}
