package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.model.Shard;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be pulled.
 *
 * @param fingerprint of the checkpoint that is meant; null for whatever there is
 * @param shard null for everything but weights
 */
record PullOrder(
        String model,
        @Nullable String fingerprint,
        @Nullable Shard shard,
        List<PeerAddress> holders,
        Consumer<PullProgress> progress) {

    PullOrder {
        holders = List.copyOf(holders);
    }
}
