package dev.exoflux.mlx;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A peer's or a worker's end of the socket between them. Several threads may send; one receives.
 *
 * <p>Not to be used with a thread's interrupted status set: the socket would close.
 */
final class Link implements AutoCloseable {

    private final SocketChannel channel;
    private final ByteBuffer out = ByteBuffer.allocateDirect(4096);
    private final ByteBuffer in = ByteBuffer.allocateDirect(Message.HEADER);

    /** @param channel connected and blocking; closed with this */
    Link(SocketChannel channel) {
        this.channel = channel;
    }

    synchronized void send(Message message) throws IOException {
        out.clear();
        message.writeHeader(out);
        if (message.text().length <= out.remaining()) {
            out.put(message.text());
            write(out.flip());
        } else {
            write(out.flip());
            write(ByteBuffer.wrap(message.text()));
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The next message, waited for; an {@link EOFException} once the other end has gone. */
    Message receive() throws IOException {
        read(in.clear());
        Message message = Message.readHeader(in.flip());
        if (message.text().length > 0) {
            read(ByteBuffer.wrap(message.text()));
        }
        return message;
    }

    private void read(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException();
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
