package dev.exoflux.mesh.wire;

import dev.exoflux.pipeline.Stage;
import org.jspecify.annotations.Nullable;

/** What a peer computes for rings that others lay: the one question a {@link HopEndpoint} has. Thread-safe. */
@FunctionalInterface
public interface StageHost {

    /** A peer that computes for itself alone. */
    StageHost NONE = (ring, epoch, stage) -> null;

    /**
     * The stage of a ring that this peer holds; asked on an event loop, so it must not block.
     *
     * @param ring as its entry calls it
     * @param epoch of the placement that the entry goes by
     * @param stage from 0, in the order activations pass through them
     * @return null if this peer holds none such, or by a placement of another epoch
     */
    @Nullable
    Stage stage(String ring, long epoch, int stage);
}
