package dev.exoflux.mesh.weights;

import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelInventory;
import dev.exoflux.model.weights.WeightPlaces;
import dev.exoflux.pipeline.placement.HeldModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model on this disk, in full or in part, of which at least everything but weights is here.
 *
 * @param places null for a whole model, where everything is in place
 */
record StoredModel(
        ModelDirectory directory,
        ModelInventory inventory,
        @Nullable WeightPlaces places) {

    /** @throws dev.exoflux.model.ExofluxException for a directory from which no model can be run */
    static StoredModel read(ModelDirectory directory, ModelInventory inventory) {
        return new StoredModel(directory, inventory, inventory.complete() ? null : WeightPlaces.of(directory));
    }

    /** The same model, of which other bytes are here. */
    StoredModel with(ModelInventory now) {
        return new StoredModel(directory, now, now.complete() ? null : places);
    }

    boolean holds(Shard shard) {
        return shard.modelLayers() == directory.config().layers() && (places == null || places.holds(inventory, shard));
    }

    HeldModel held() {
        return new HeldModel(
                directory.id(),
                inventory.bytesHere(),
                places == null,
                places == null ? List.of() : places.layers(inventory),
                inventory.fingerprint());
    }
}
