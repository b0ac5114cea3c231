package dev.exoflux.mesh.membership;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** Passes one connection on and remembers what who dialled said. */
final class Tap implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    Tap(InetSocketAddress to, List<Byte> seen) throws IOException {
        Thread.startVirtualThread(() -> {
            try (Socket in = server.accept();
                    Socket out = new Socket(to.getAddress(), to.getPort())) {
                Thread back = Thread.startVirtualThread(() -> copy(out, in, null));
                copy(in, out, seen);
                back.join();
            } catch (IOException | InterruptedException e) {
                seen.clear(); // then there is nothing to be seen, and the test fails
            }
        });
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private static void copy(Socket from, Socket to, @org.jspecify.annotations.Nullable List<Byte> seen) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (seen != null) {
                    seen.add((byte) b);
                }
                out.write(b);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // the connection ends
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
