package dev.exoflux.model.weights;

import dev.exoflux.model.ExofluxException;
import java.nio.file.Path;

/** One line of a list of the models found on this machine. */
public sealed interface ModelEntry {

    /** The name to run it by. */
    String id();

    Path path();

    /** A model that can be run. */
    record Usable(ModelCard card, Path path) implements ModelEntry {
        @Override
        public String id() {
            return card.id();
        }
    }

    /** What looks like a model and cannot be run, with the reason. */
    record Unusable(String id, Path path, ExofluxException reason) implements ModelEntry {}
}
