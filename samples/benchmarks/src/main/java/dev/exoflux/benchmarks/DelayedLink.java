package dev.exoflux.benchmarks;

import dev.exoflux.mesh.wire.PeerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A long cable: a TCP proxy in front of a peer, which hands on whatever comes, in either direction, after a while. Carries any amount at
 * once. Owns its threads and sockets.
 */
final class DelayedLink implements AutoCloseable {

    private static final int PIECE = 1 << 16;

    private final PeerAddress target;
    private final long delayNanos;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** @param bytes of the piece; none at the end */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
    private record Piece(long due, byte[] bytes) {}

    DelayedLink(PeerAddress target, Duration delay) {
        this.target = target;
        this.delayNanos = delay.toNanos();
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException("There is no port for a link to " + target, e);
        }
        Thread.ofPlatform().daemon().start(this::accept);
    }

    /** Where the peer is found at the other end of the cable. */
    PeerAddress address() {
        return new PeerAddress(server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket from = server.accept();
                Socket to = new Socket();
                sockets.add(from);
                sockets.add(to);
                to.connect(new InetSocketAddress(target.host(), target.port()));
                from.setTcpNoDelay(true);
                to.setTcpNoDelay(true);
                carry(from, to);
                carry(to, from);
            }
        } catch (IOException e) {
            close(); // as asked to, or since nobody is there: whoever asked notices
        }
    }

    private void carry(Socket from, Socket to) {
        BlockingQueue<Piece> underWay = new LinkedBlockingQueue<>();
        Thread.ofPlatform().daemon().start(() -> take(from, underWay));
        Thread.ofPlatform().daemon().start(() -> deliver(underWay, to));
    }

    private void take(Socket from, BlockingQueue<Piece> underWay) {
        byte[] bytes = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                underWay.add(new Piece(System.nanoTime() + delayNanos, Arrays.copyOf(bytes, read)));
            }
        } catch (IOException e) {
            // closed: what is under way is the last
        }
        underWay.add(new Piece(System.nanoTime() + delayNanos, new byte[0]));
    }

    private static void deliver(BlockingQueue<Piece> underWay, Socket to) {
        try (to) {
            OutputStream out = to.getOutputStream();
            for (Piece next = underWay.take(); next.bytes().length > 0; next = underWay.take()) {
                for (long left = left(next); left > 0; left = left(next)) {
                    LockSupport.parkNanos(left);
                }
                out.write(next.bytes());
            }
        } catch (IOException | InterruptedException e) {
            // closed: nobody waits for the rest
        }
    }

    private static long left(Piece piece) {
        return piece.due() - System.nanoTime();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("A link to " + target + " cannot be closed", e);
        }
    }
}
