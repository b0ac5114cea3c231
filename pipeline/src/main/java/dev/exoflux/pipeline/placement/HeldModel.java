package dev.exoflux.pipeline.placement;

import dev.exoflux.model.LayerRange;
import java.util.List;

/**
 * What a peer has of a model's weights on its disk.
 *
 * @param id the model's name
 * @param bytes on disk
 * @param complete whether these are all of its weights
 * @param layers the decoder layers whose weights are there in full; empty where they are all there or where it is not known
 * @param fingerprint tells checkpoints of one name apart: only peers with the same may hold parts of one ring; empty where it is
 *     not known
 */
public record HeldModel(String id, long bytes, boolean complete, List<LayerRange> layers, String fingerprint) {

    public HeldModel {
        layers = List.copyOf(layers);
    }

    /** All weights of a model of which no more is known. */
    public static HeldModel complete(String id, long bytes) {
        return new HeldModel(id, bytes, true, List.of(), "");
    }

    /** Whether the weights of that decoder layer are there. */
    public boolean holds(int layer) {
        return complete || layers.stream().anyMatch(range -> range.from() <= layer && layer < range.to());
    }
}
