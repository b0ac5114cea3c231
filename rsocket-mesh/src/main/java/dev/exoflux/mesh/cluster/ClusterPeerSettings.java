package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.membership.ClusterSettings;
import dev.exoflux.mesh.membership.SpeedProbe;
import dev.exoflux.mesh.wire.WireSettings;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.PipelineSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What a peer of a cluster is made with.
 *
 * @param home the data directory
 * @param repository of the models on this machine
 * @param models to be deployed when it starts, each by name or by the path of its directory
 * @param pipeline of every model; context and concurrency are asked for the models it is started with, unless they are the defaults
 * @param memoryBytes that models may take here; 0 for what is free
 * @param httpPort of its HTTP interface; 0 while it has none
 * @param speed measures the backend
 */
public record ClusterPeerSettings(
        ClusterSettings cluster,
        WireSettings wire,
        Path home,
        ModelRepository repository,
        List<String> models,
        PipelineSettings pipeline,
        long memoryBytes,
        IntSupplier httpPort,
        SpeedProbe speed) {

    public ClusterPeerSettings {
        models = List.copyOf(models);
    }
}
