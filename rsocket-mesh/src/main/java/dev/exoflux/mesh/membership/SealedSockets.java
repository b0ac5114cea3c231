package dev.exoflux.mesh.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.jgroups.util.DefaultSocketFactory;

/** Where JGroups gets its sockets from: it never sees a byte of somebody who does not know the cluster's key. */
final class SealedSockets {

    private SealedSockets() {}

    static DefaultSocketFactory factory(ClusterKey key, Rejections rejections) {
        return new DefaultSocketFactory(new Dialling(key), new Listening(key, rejections));
    }

    private static final class Dialling extends SocketFactory {
        private final ClusterKey key;

        Dialling(ClusterKey key) {
            this.key = key;
        }

        @Override
        public Socket createSocket() {
            return new SealedSocket(key);
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return connected(new InetSocketAddress(host, port), null);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return connected(new InetSocketAddress(host, port), null);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
        }

        private Socket connected(InetSocketAddress to, @org.jspecify.annotations.Nullable InetSocketAddress from)
                throws IOException {
            SealedSocket socket = new SealedSocket(key);
            if (from != null) {
                socket.bind(from);
            }
            socket.connect(to);
            return socket;
        }
    }

    private static final class Listening extends ServerSocketFactory {
        private static final int BACKLOG = 50;

        private final ClusterKey key;
        private final Rejections rejections;

        Listening(ClusterKey key, Rejections rejections) {
            this.key = key;
            this.rejections = rejections;
        }

        @Override
        public ServerSocket createServerSocket() throws IOException {
            return new SealedServerSocket(key, rejections);
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return bound(new InetSocketAddress(port), BACKLOG);
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return bound(new InetSocketAddress(port), backlog);
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
            return bound(new InetSocketAddress(address, port), backlog);
        }

        private ServerSocket bound(InetSocketAddress address, int backlog) throws IOException {
            SealedServerSocket socket = new SealedServerSocket(key, rejections);
            socket.bind(address, backlog);
            return socket;
        }
    }
}
