package dev.exoflux.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that decides itself when it reads, and how it leaves. */
final class RawClient implements AutoCloseable {

    private final Socket socket = new Socket();
    private final BufferedReader reader;

    /** @param receiveBuffer bytes that the system may hold for this client (which it rounds) */
    RawClient(int port, int receiveBuffer) throws IOException {
        socket.setReceiveBufferSize(receiveBuffer);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(30_000);
        reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    void post(String path, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head = """
                POST %s HTTP/1.1\r
                Host: localhost\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                """.formatted(path, body.length);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
    }

    void get(String path) throws IOException {
        String head = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads up to the next event and returns it. */
    String nextEvent() throws IOException {
        return next("data: ");
    }

    /** Reads up to the next line that begins so. */
    String next(String start) throws IOException {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith(start)) {
                return line;
            }
        }
        throw new IOException("the stream has ended");
    }

    /** Whether no further event comes. */
    boolean ended() throws IOException {
        for (String line = reader.readLine(); line != null && !line.equals("0"); line = reader.readLine()) {
            if (line.startsWith("data: ")) {
                return false;
            }
        }
        return true; // the last chunk is an empty one
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
