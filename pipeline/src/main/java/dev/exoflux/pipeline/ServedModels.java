package dev.exoflux.pipeline;

import java.util.List;

/** The models this peer answers for. Thread-safe. */
public interface ServedModels {

    /** All of them now, those of {@link #own} first. */
    List<ServedModel> all();

    /** Those it was started with, in the order they were named: it is ready when they are. */
    default List<ServedModel> own() {
        return all();
    }

    /**
     * The model of that id.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_NOT_FOUND, naming what is served, if there is none
     */
    ServedModel require(String id);
}
