package dev.exoflux.mesh.membership;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Hands out connections once they have proved to know the cluster's key. The others are greeted beside each other and for a
 * second at most, so that those who say nothing keep nobody waiting.
 */
final class SealedServerSocket extends ServerSocket {

    private static final long PAUSE_NANOS = 10_000_000;

    private static final int GREETED_AT_ONCE = 128;

    private final ClusterKey key;
    private final Rejections rejections;
    private final Semaphore greetings = new Semaphore(GREETED_AT_ONCE);
    private final AtomicBoolean accepting = new AtomicBoolean();

    /** Bounded by {@link #greetings}; empty means that this is closed. */
    private final BlockingQueue<Optional<Socket>> welcome = new LinkedBlockingQueue<>();

    SealedServerSocket(ClusterKey key, Rejections rejections) throws IOException {
        this.key = key;
        this.rejections = rejections;
    }

    @Override
    public Socket accept() throws IOException {
        if (accepting.compareAndSet(false, true)) {
            Thread.ofVirtual().name("exoflux-door").start(this::greetAll);
        }
        try {
            Optional<Socket> next = welcome.take();
            if (next.isEmpty()) {
                welcome.add(next);
                throw new SocketException("closed");
            }
            greetings.release();
            return next.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("interrupted");
        }
    }

    private void greetAll() {
        while (!isClosed()) {
            SealedSocket socket = new SealedSocket(key);
            try {
                implAccept(socket);
            } catch (IOException e) {
                if (!isClosed()) {
                    rejections.rejected("a connection", String.valueOf(e.getMessage()));
                    LockSupport.parkNanos(PAUSE_NANOS); // what fails now may fail again and again
                }
                continue;
            }
            if (greetings.tryAcquire()) {
                Thread.startVirtualThread(() -> greet(socket));
            } else {
                turnAway(socket, "too many connect at once");
            }
        }
    }

    private void greet(SealedSocket socket) {
        try {
            socket.welcome();
            welcome.add(Optional.of(socket));
        } catch (IOException e) {
            greetings.release();
            turnAway(socket, String.valueOf(e.getMessage()));
        }
    }

    private void turnAway(SealedSocket socket, String reason) {
        rejections.rejected(socket.getInetAddress().getHostAddress(), reason);
        try {
            socket.close();
        } catch (IOException e) {
            // then it is gone already
        }
    }

    @Override
    public void close() throws IOException {
        super.close();
        welcome.add(Optional.empty());
    }
}
