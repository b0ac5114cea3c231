package dev.exoflux.dsl.yaml;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;

/** What can be said in Java, but not in YAML. */
final class Unwritable {

    private Unwritable() {}

    /** @param what is a function in Java, and could have a name instead */
    static ExofluxException function(String what) {
        return because(what + " is a function in Java.\nMaybe make that a bean, and say its name.");
    }

    /** @param reason one or more sentences */
    static ExofluxException because(String reason) {
        return new ExofluxException(ErrorCode.UNSUPPORTED, "This pipeline cannot be written as YAML: " + reason);
    }
}
