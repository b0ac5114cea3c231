package dev.exoflux.model.text.template;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the names of one block while it is being analysed; the rules are those of jinja2's {@code
 * idtracking} module.
 */
final class Symbols {

    private final @Nullable Symbols parent;
    private final Map<String, Locals.Load> loads;
    private final Set<String> stores;

    private Symbols(@Nullable Symbols parent, Map<String, Locals.Load> loads, Set<String> stores) {
        this.parent = parent;
        this.loads = loads;
        this.stores = stores;
    }

    static Symbols root() {
        return new Symbols(null, new LinkedHashMap<>(), new HashSet<>());
    }

    Symbols inner() {
        return new Symbols(this, new LinkedHashMap<>(), new HashSet<>());
    }

    Map<String, Locals.Load> loads() {
        return loads;
    }

    private boolean knows(String name) {
        return loads.containsKey(name) || enclosingKnows(name);
    }

    private boolean enclosingKnows(String name) {
        return parent != null && parent.knows(name);
    }

    void parameter(String name) {
        stores.add(name);
        loads.put(name, Locals.Load.PARAMETER);
    }

    void store(String name) {
        stores.add(name);
        if (!loads.containsKey(name)) {
            loads.put(name, enclosingKnows(name) ? Locals.Load.OUTER : Locals.Load.UNDEFINED);
        }
    }

    void load(String name) {
        if (!knows(name)) {
            loads.put(name, Locals.Load.RESOLVE);
        }
    }

    /** The state at the beginning of one branch of an {@code if}. */
    Symbols branch() {
        return new Symbols(parent, new LinkedHashMap<>(loads), new HashSet<>(stores));
    }

    /** Takes in what the branches did: a name that only some of them assign keeps what it was before. */
    void merge(List<Symbols> branches) {
        Set<String> newStores = new HashSet<>();
        for (Symbols branch : branches) {
            newStores.addAll(branch.stores);
        }
        newStores.removeAll(stores);
        for (Symbols branch : branches) {
            loads.putAll(branch.loads);
            stores.addAll(branch.stores);
        }
        for (String name : newStores) {
            loads.put(name, enclosingKnows(name) ? Locals.Load.OUTER : Locals.Load.RESOLVE);
        }
    }
}
