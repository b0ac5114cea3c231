package dev.exoflux.mesh.membership;

import dev.exoflux.pipeline.placement.PeerInfoBuilder;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * What the program tells the cluster about this peer.
 *
 * @param home the data directory: measured speeds are kept there, and its disk is the one with space for models
 * @param facts adds what the program knows: ports, backends, memory, models, shards. Called every few seconds on a thread of
 *     its own, and may take its time
 * @param speed how fast the backend is; measured in the background, once for a machine
 * @param busy whether tokens are being computed: then no links are measured
 */
public record LocalPeer(Path home, UnaryOperator<PeerInfoBuilder> facts, SpeedProbe speed, BooleanSupplier busy) {}
