package dev.exoflux.dsl.yaml;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;

/** What can be said in Java, but not in YAML. */
final class Unwritable {

    private Unwritable() {}

    static ExofluxException because(String reason) {
        return new ExofluxException(
                ErrorCode.UNSUPPORTED,
                "This pipeline cannot be written as YAML: %s.\nMaybe make that a bean, and say its name."
                        .formatted(reason));
    }
}
