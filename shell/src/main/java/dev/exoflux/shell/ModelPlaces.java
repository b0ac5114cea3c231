package dev.exoflux.shell;

import dev.exoflux.dsl.definition.PlacedModel;
import java.util.List;
import java.util.Optional;

/** Where models are, or would go. */
interface ModelPlaces {

    /**
     * One stage of a model.
     *
     * @param peer as people call it
     * @param to one past its last layer; 0 where its layers are not known
     */
    record Stage(String peer, int from, int to) {}

    /**
     * The stages of a model, in order.
     *
     * @throws dev.exoflux.model.ExofluxException why it can go nowhere
     */
    List<Stage> of(PlacedModel model);

    /** What there is to say of all of them. */
    Optional<String> remark();
}
