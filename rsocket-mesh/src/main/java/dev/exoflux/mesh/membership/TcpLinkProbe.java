package dev.exoflux.mesh.membership;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Measures over a connection of its own: nine echoes of a byte for the round trip, then as many bytes as take a noticeable
 * time for the bandwidth. The ends know each other by the cluster's key; what is sent after that is nothing but zeros.
 */
final class TcpLinkProbe implements LinkProbe {

    static final byte ECHO = 'e';
    static final byte SEND = 's';
    static final int LARGEST = 8 << 20;

    private static final int SMALLEST = 256 << 10;
    private static final int ECHOES = 9;
    private static final long NOTICEABLE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int CONNECT_MILLIS = 1000;
    private static final int READ_MILLIS = 3000;

    private final ClusterKey key;

    TcpLinkProbe(ClusterKey key) {
        this.key = key;
    }

    @Override
    public Measured measure(InetSocketAddress address) throws IOException {
        try (SealedSocket socket = new SealedSocket(key)) {
            socket.setTcpNoDelay(true);
            socket.connect(address, CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
            double roundTrip = roundTrip(socket);
            long nanos = 0;
            int bytes = SMALLEST;
            for (; bytes <= LARGEST; bytes *= 4) {
                nanos = send(socket, bytes);
                if (nanos > NOTICEABLE || bytes * 4 > LARGEST) {
                    break;
                }
            }
            double seconds = Math.max(nanos - roundTrip, nanos / 10.0) / 1e9;
            return new Measured(roundTrip / 1e3, bytes / seconds);
        }
    }

    /** In nanoseconds, the median. */
    private static double roundTrip(SealedSocket socket) throws IOException {
        long[] nanos = new long[ECHOES];
        for (int i = 0; i < ECHOES; i++) {
            long start = System.nanoTime();
            socket.rawOutput().write(ECHO);
            expect(socket, ECHO);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[ECHOES / 2];
    }

    private static long send(SealedSocket socket, int bytes) throws IOException {
        byte[] zeros = new byte[SMALLEST];
        long start = System.nanoTime();
        socket.rawOutput().write(ByteBuffer.allocate(5).put(SEND).putInt(bytes).array());
        for (int done = 0; done < bytes; done += zeros.length) {
            socket.rawOutput().write(zeros);
        }
        expect(socket, SEND);
        return System.nanoTime() - start;
    }

    private static void expect(SealedSocket socket, byte answer) throws IOException {
        int got = socket.rawInput().read();
        if (got != answer) {
            throw new EOFException("no answer to a probe");
        }
    }

    /** The other end: answers until the one who measures hangs up. */
    static void answer(SealedSocket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_MILLIS);
        DataInputStream in = new DataInputStream(socket.rawInput());
        byte[] sink = new byte[1 << 16];
        for (int asked = 0; asked < 2 * ECHOES; asked++) {
            int question = in.read();
            if (question == SEND) {
                int bytes = in.readInt();
                if (bytes < 0 || bytes > LARGEST) {
                    throw new IOException("a probe of %d bytes".formatted(bytes));
                }
                for (int left = bytes; left > 0; ) {
                    int got = in.read(sink, 0, Math.min(left, sink.length));
                    if (got < 0) {
                        return;
                    }
                    left -= got;
                }
            } else if (question != ECHO) {
                return;
            }
            socket.rawOutput().write(question);
        }
    }
}
