package dev.exoflux.model.text.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of one block while it is being rendered, and behind them those of the blocks around it. */
final class Scope {

    private final @Nullable Scope outer;
    private final Locals locals;
    private final Map<String, Object> values = new HashMap<>();

    Scope(@Nullable Scope outer, Locals locals) {
        this.outer = outer;
        this.locals = locals;
    }

    /** Sets the names that are this block's own to what they are at its beginning; parameters stay as they are. */
    void enter(Rendering rendering) {
        locals.loads().forEach((name, load) -> {
            switch (load) {
                case PARAMETER -> values.putIfAbsent(name, Missing.MISSING);
                case RESOLVE -> values.put(name, rendering.resolve(name));
                case OUTER -> values.put(name, outer == null ? Missing.MISSING : outer.get(name));
                case UNDEFINED -> values.put(name, Missing.MISSING);
            }
        });
    }

    /** The value of a name, or {@link Missing}. */
    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.values.get(name);
            if (value != null) {
                return value;
            }
        }
        return Missing.MISSING;
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
