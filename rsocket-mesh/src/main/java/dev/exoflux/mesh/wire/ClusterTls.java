package dev.exoflux.mesh.wire;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.net.ssl.SSLException;

/**
 * Mutual TLS 1.3 between peers that share a secret. The secret is the seed of a certificate authority's key, so every peer
 * comes to the same authority by itself; each makes itself a key and has it signed by that authority when it starts. Who holds a
 * certificate of the authority knows the secret: host names do not matter, and are in no certificate.
 *
 * <p>Immutable, and so good for any number of connections.
 */
public final class ClusterTls {

    private static final String VERSION = "TLSv1.3";

    private final SslContext server;
    private final SslContext client;

    private ClusterTls(SslContext server, SslContext client) {
        this.server = server;
        this.client = client;
    }

    /**
     * Derives the authority, which takes about half a second, by intention: it is what a guess at the secret costs.
     *
     * @param cluster name of the cluster: another name is another cluster, even with the same secret
     * @param secret shared by its peers
     * @throws ExofluxException INVALID_CONFIGURATION for an empty secret
     */
    public static ClusterTls of(String cluster, char[] secret) {
        if (secret.length == 0) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The cluster's secret is empty.\nMaybe leave it out for an open cluster.");
        }
        try {
            ClusterAuthority authority = ClusterAuthority.derive(cluster, secret);
            ClusterAuthority.Member member = authority.admit(new SecureRandom());
            return new ClusterTls(server(authority, member), client(authority, member));
        } catch (GeneralSecurityException | SSLException e) {
            throw new ExofluxException(
                    ErrorCode.INTERNAL, "The cluster's certificates cannot be made: " + e.getMessage(), e);
        }
    }

    private static SslContext server(ClusterAuthority authority, ClusterAuthority.Member member) throws SSLException {
        return SslContextBuilder.forServer(member.key(), member.certificate())
                .trustManager(authority.certificate())
                .clientAuth(ClientAuth.REQUIRE)
                .sslProvider(SslProvider.JDK)
                .protocols(VERSION)
                .build();
    }

    private static SslContext client(ClusterAuthority authority, ClusterAuthority.Member member) throws SSLException {
        return SslContextBuilder.forClient()
                .keyManager(member.key(), member.certificate())
                .trustManager(authority.certificate())
                .endpointIdentificationAlgorithm(null) // the signature says all there is to know
                .sslProvider(SslProvider.JDK)
                .protocols(VERSION)
                .build();
    }

    SslContext server() {
        return server;
    }

    SslContext client() {
        return client;
    }
}
