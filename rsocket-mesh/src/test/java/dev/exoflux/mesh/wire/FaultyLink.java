package dev.exoflux.mesh.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP proxy in front of a peer, that cuts connections, or lets them stand open and carries nothing any more. */
public final class FaultyLink implements AutoCloseable {

    private final PeerAddress target;
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong carried = new AtomicLong();
    private volatile CountDownLatch stalled = new CountDownLatch(0);

    public FaultyLink(PeerAddress target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    public PeerAddress address() {
        return new PeerAddress("127.0.0.1", server.getLocalPort());
    }

    /** Bytes that went either way. */
    public long carried() {
        return carried.get();
    }

    /** Ends every connection there is. */
    public void cut() {
        stalled.countDown();
        List<Socket> all = List.copyOf(sockets); // one that comes meanwhile is for the next cut
        all.forEach(FaultyLink::close);
        sockets.removeAll(all);
    }

    /** From here on nothing arrives. */
    public void stall() {
        stalled = new CountDownLatch(1);
    }

    private void accept() {
        try {
            while (true) {
                carry(server.accept());
            }
        } catch (IOException e) {
            cut(); // closed
        }
    }

    private void carry(Socket from) {
        Socket to = new Socket();
        sockets.add(from);
        sockets.add(to);
        try {
            to.connect(new InetSocketAddress(target.host(), target.port()));
        } catch (IOException e) { // cut already, or nobody is there: the next one may be luckier
            close(from);
            close(to);
            return;
        }
        Thread.ofVirtual().start(() -> pump(from, to));
        Thread.ofVirtual().start(() -> pump(to, from));
    }

    private void pump(Socket from, Socket to) {
        byte[] bytes = new byte[1 << 14];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (!stalled.await(30, TimeUnit.SECONDS)) {
                    break;
                }
                out.write(bytes, 0, read);
                carried.addAndGet(read);
            }
        } catch (IOException | InterruptedException e) {
            // cut: nothing more to carry
        }
        close(from);
        close(to);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        cut();
    }
}
