package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that nobody listens on. */
final class FreePort {

    private FreePort() {}

    /**
     * The first that is free at that address; by the time it is used somebody else may have taken it.
     *
     * @throws ExofluxException INVALID_CONFIGURATION where all are taken
     */
    static int from(InetAddress host, int first, int last) {
        for (int port = first; port <= last; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, host)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken
            }
        }
        throw new ExofluxException(
                ErrorCode.INVALID_CONFIGURATION,
                "None of the ports %d to %d can be opened at %s.%nMaybe name another one with --port."
                        .formatted(first, last, host.getHostAddress()));
    }
}
