package dev.exoflux.mesh.wire;

import dev.exoflux.pipeline.Stage;
import java.util.List;

/**
 * A ring as its entry lays it: a placement with addresses.
 *
 * @param id name of the ring, the same at every peer on it; one entry a name
 * @param epoch of the placement: a peer that goes by another one refuses
 * @param entry where the peers next to it find the entry: its endpoint's address, or one that leads there
 * @param stops the stages, in the order activations pass through them; at least one
 */
public record Ring(String id, long epoch, PeerAddress entry, List<Stop> stops) {

    public Ring {
        stops = List.copyOf(stops);
        if (stops.isEmpty()) {
            throw new IllegalArgumentException("ring " + id + " has no stage");
        }
    }

    /** Where a stage is. */
    public sealed interface Stop {}

    /** In the entry itself. The ring does not close it. */
    public record Here(Stage stage) implements Stop {}

    /** On another peer, whose {@link StageHost} knows it by the ring and its place among the stops. */
    public record There(PeerAddress address) implements Stop {}
}
