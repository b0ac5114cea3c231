package dev.exoflux.pipeline;

import java.util.List;

/** The models this peer serves, loaded or still loading. Thread-safe; the list is fixed for the life of the peer. */
public interface ServedModels {

    /** All of them, in the order they were asked for; at least one. */
    List<ServedModel> all();

    /**
     * The model of that id.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_NOT_FOUND, naming what is served, if there is none
     */
    ServedModel require(String id);
}
