package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.membership.ClusterSettings;
import dev.exoflux.mesh.membership.SpeedProbe;
import dev.exoflux.mesh.wire.WireSettings;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.placement.PeerInfo;
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
 * @param labels of this peer, that pipelines choose it by
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
        List<String> labels,
        SpeedProbe speed) {

    /** Most labels of one peer. */
    public static final int MOST_LABELS = 64;

    /** @throws ExofluxException INVALID_CONFIGURATION for too many labels, or what is none */
    public ClusterPeerSettings {
        models = List.copyOf(models);
        labels = List.copyOf(labels);
        if (labels.size() > MOST_LABELS) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "A peer cannot have %d labels.\nMaybe %d of them do.".formatted(labels.size(), MOST_LABELS));
        }
        for (String label : labels) {
            if (!PeerInfo.LABEL.matcher(label).matches()) {
                throw new ExofluxException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "'%s' is no label for a peer.\nMaybe a word such as attic, or gpu=h100: letters, digits and . _ : = -, up to 128."
                                .formatted(label));
            }
        }
    }
}
