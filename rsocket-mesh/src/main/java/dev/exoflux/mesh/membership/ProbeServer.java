package dev.exoflux.mesh.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the others measure their way to this peer, a few at a time. */
final class ProbeServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProbeServer.class);
    private static final int AT_ONCE = 4;

    private final SealedServerSocket server;
    private final Semaphore free = new Semaphore(AT_ONCE);

    private ProbeServer(SealedServerSocket server) {
        this.server = server;
    }

    /** On a port that is free, on every address unless one is given. */
    static ProbeServer open(ClusterKey key, Rejections rejections, @Nullable InetAddress bind) throws IOException {
        SealedServerSocket socket = new SealedServerSocket(key, rejections);
        socket.bind(new InetSocketAddress(bind, 0));
        ProbeServer server = new ProbeServer(socket);
        Thread.ofVirtual().name("exoflux-probes").start(server::accept);
        return server;
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SealedSocket socket = (SealedSocket) server.accept();
                if (free.tryAcquire()) {
                    Thread.startVirtualThread(() -> answer(socket));
                } else {
                    socket.close(); // measured again later
                }
            } catch (IOException e) {
                LOG.debug("no probe: {}", e.getMessage());
            }
        }
    }

    private void answer(SealedSocket socket) {
        try (socket) {
            TcpLinkProbe.answer(socket);
        } catch (IOException e) {
            LOG.debug("probe ended: {}", e.getMessage());
        } finally {
            free.release();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }
}
