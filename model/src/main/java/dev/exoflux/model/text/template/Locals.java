package dev.exoflux.model.text.template;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names one block keeps for itself, each with where its value comes from when the block is entered. Which these are
 * is settled before rendering by {@link ScopeAnalysis}, since Jinja compiles names to variables: a name that is assigned
 * anywhere in a block belongs to it from its beginning.
 */
final class Locals {

    enum Load {
        /** Bound by whoever enters the block. */
        PARAMETER,
        /** The variable of that name the template was given, or a global function. */
        RESOLVE,
        /** A copy of the enclosing block's. */
        OUTER,
        /** Nothing yet. */
        UNDEFINED
    }

    private Map<String, Load> loads = Map.of();

    void settle(Map<String, Load> settled) {
        loads = new LinkedHashMap<>(settled);
    }

    Map<String, Load> loads() {
        return loads;
    }
}
