package dev.exoflux.starter;

import dev.exoflux.kernels.BackendSpeed;
import dev.exoflux.mesh.cluster.ClusterPeerSettings;
import dev.exoflux.mesh.membership.ClusterSettings;
import dev.exoflux.mesh.membership.SpeedProbe;
import dev.exoflux.mesh.wire.WireSettings;
import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ModelRepository;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** The cluster that the properties ask for. */
final class Clusters {

    /** Where Spring tells the port of the application's server, once it has one. */
    private static final String HTTP_PORT = "local.server.port";

    private Clusters() {}

    /** @throws ExofluxException INVALID_CONFIGURATION for a name, address, port or secret that cannot be used */
    static ClusterPeerSettings settings(
            ExofluxProperties properties, ModelRepository repository, Backend backend, Environment environment) {
        ExofluxProperties.Cluster cluster = properties.cluster();
        if (properties.stages() != 1) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "exoflux.stages is %d, and in a cluster the stages of a model are on different peers.%nMaybe deploy it on %d peers, or join no cluster."
                            .formatted(properties.stages(), properties.stages()));
        }
        return new ClusterPeerSettings(
                ClusterSettings.defaults()
                        .withCluster(cluster.name())
                        .withSecret(cluster.secret())
                        .withSeeds(cluster.seeds())
                        .withBind(address(cluster.host()))
                        .withPort(cluster.port()),
                WireSettings.DEFAULTS,
                properties.homeOrDefault(),
                repository,
                properties.model(),
                properties.pipeline(),
                properties.memory().toBytes(),
                () -> environment.getProperty(HTTP_PORT, Integer.class, 0),
                cluster.labels(),
                new MeasuredSpeed(backend));
    }

    private static @Nullable InetAddress address(@Nullable String host) {
        try {
            return host == null || host.isBlank() ? null : InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "exoflux.cluster.host %s is not known.\nMaybe use one of this machine's IP addresses."
                            .formatted(host),
                    e);
        }
    }

    private record MeasuredSpeed(Backend backend) implements SpeedProbe {

        @Override
        public String subject() {
            return backend.name() + ": " + backend.description();
        }

        @Override
        public Speed measure() {
            BackendSpeed measured = BackendSpeed.measure(backend);
            return new Speed(measured.weightBytesPerSecond(), measured.gflops());
        }
    }
}
