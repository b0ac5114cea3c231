package dev.exoflux.mesh.membership;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster a peer joins, and how it finds it.
 *
 * @param cluster peers with different names of it never meet
 * @param secret that every peer of the cluster knows, or null for an open cluster
 * @param bind the address the others reach this peer at; null to choose one of the local network, or loopback where there
 *     is none
 * @param port to listen on; when it is taken, the next that is free
 * @param seeds {@code host}, {@code host:port} or {@code dns:NAME}; where there are any, nothing is multicast
 * @param beacon group and port of the multicasts that peers find each other by
 */
public record ClusterSettings(
        String cluster,
        @Nullable String secret,
        @Nullable InetAddress bind,
        int port,
        List<String> seeds,
        InetSocketAddress beacon) {

    public static final int DEFAULT_PORT = 7800;

    /** Of the range that stays within an organisation. */
    private static final InetSocketAddress BEACON = new InetSocketAddress("239.192.38.71", 7801);

    public ClusterSettings {
        seeds = List.copyOf(seeds);
        if (!cluster.matches("[A-Za-z0-9._-]{1,64}")) {
            throw wrong(
                    "'%s' is no name for a cluster.\nMaybe use up to 64 letters, digits, dots, dashes and underscores."
                            .formatted(cluster));
        }
        if (secret != null && secret.length() < 8) {
            throw wrong("The cluster's secret has %d characters.\nMaybe use 8 or more, better 20 random ones."
                    .formatted(secret.length()));
        }
        if (port < 0 || port > 65_535) {
            throw wrong("%d is no port.\nMaybe use %d.".formatted(port, DEFAULT_PORT));
        }
    }

    /** The open cluster {@code exoflux}, found by multicast. */
    public static ClusterSettings defaults() {
        return new ClusterSettings("exoflux", null, null, DEFAULT_PORT, List.of(), BEACON);
    }

    public ClusterSettings withCluster(String name) {
        return new ClusterSettings(name, secret, bind, port, seeds, beacon);
    }

    public ClusterSettings withSecret(@Nullable String its) {
        return new ClusterSettings(cluster, its, bind, port, seeds, beacon);
    }

    public ClusterSettings withBind(@Nullable InetAddress address) {
        return new ClusterSettings(cluster, secret, address, port, seeds, beacon);
    }

    public ClusterSettings withPort(int first) {
        return new ClusterSettings(cluster, secret, bind, first, seeds, beacon);
    }

    public ClusterSettings withSeeds(List<String> those) {
        return new ClusterSettings(cluster, secret, bind, port, those, beacon);
    }

    public ClusterSettings withBeacon(InetSocketAddress group) {
        return new ClusterSettings(cluster, secret, bind, port, seeds, group);
    }

    static ExofluxException wrong(String message) {
        return new ExofluxException(ErrorCode.INVALID_CONFIGURATION, message);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "cluster %s (%s), bind %s, port %d, seeds %s, beacon %s"
                .formatted(cluster, secret == null ? "open" : "with a secret", bind, port, seeds, beacon);
    }
}
