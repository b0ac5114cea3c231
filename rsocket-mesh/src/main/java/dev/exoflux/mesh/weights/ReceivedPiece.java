package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.FrameReader;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a piece, kept from the moment they arrive until their hash fits and they are written.
 *
 * <p>Frames are added by an event loop, worked on by one thread at a time, and freed when it has been closed, by whatever thread,
 * and nobody works on them any more. They pass through no operator's queue: some of those forget what is in them when they are
 * cancelled.
 */
final class ReceivedPiece implements AutoCloseable {

    private final Piece piece;
    private final MessageDigest digest = Sha256.begin();
    private final List<ByteBuf> frames = new ArrayList<>();
    private long missing;
    private byte @Nullable [] told;
    private int users = 1;
    private boolean closed;

    ReceivedPiece(Piece piece) {
        this.piece = piece;
        this.missing = piece.range().bytes();
    }

    /** Keeps a frame that the caller owns; does not wait. Returns its number. */
    synchronized int add(ByteBuf frame) {
        if (!closed) {
            frames.add(frame.retain());
        }
        return frames.size() - 1;
    }

    /** Does something with the frames, unless they are being freed. */
    void use(Runnable work) {
        synchronized (this) {
            if (closed) {
                return;
            }
            users++;
        }
        try {
            work.run();
        } finally {
            end();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            end();
        }
    }

    private synchronized void end() {
        if (--users == 0) {
            frames.forEach(ByteBuf::release);
            frames.clear();
        }
    }

    private synchronized Optional<ByteBuf> frame(int number) {
        return number < frames.size() ? Optional.of(frames.get(number)) : Optional.empty();
    }

    private synchronized List<ByteBuf> frames() {
        return List.copyOf(frames);
    }

    /** Looks at the frame of that number; in order. */
    void read(int number) {
        frame(number).ifPresent(this::read);
    }

    private void read(ByteBuf frame) {
        int mark = frame.isReadable() ? frame.readUnsignedByte() : -1;
        int bytes = frame.readableBytes();
        switch (mark) {
            case RangeFrame.DATA -> {
                if (bytes > missing || told != null) {
                    throw FrameReader.damaged("more than %s came".formatted(piece));
                }
                missing -= bytes;
                for (ByteBuffer part : frame.nioBuffers()) {
                    digest.update(part);
                }
            }
            case RangeFrame.DIGEST -> {
                if (bytes != RangeFrame.DIGEST_BYTES || told != null) {
                    throw FrameReader.damaged("a hash of %d bytes".formatted(bytes));
                }
                told = new byte[bytes];
                frame.readBytes(told);
            }
            default -> throw FrameReader.damaged("a frame of weights that begins with " + mark);
        }
    }

    /**
     * That all has come, as it was sent.
     *
     * @throws dev.exoflux.model.ExofluxException PROTOCOL
     */
    void check() {
        byte[] expected = told;
        if (expected == null || missing > 0) {
            throw FrameReader.damaged("%s lack %d bytes at their end".formatted(piece, missing));
        }
        if (!MessageDigest.isEqual(expected, digest.digest())) {
            throw FrameReader.damaged("%s are not those of their SHA-256".formatted(piece));
        }
    }

    /** Puts the bytes where they belong. */
    void writeTo(Path directory) throws IOException {
        // a channel of its own: a thread that is cancelled while it writes closes it
        try (FileChannel channel = FileChannel.open(directory.resolve(piece.file()), StandardOpenOption.WRITE)) {
            long at = piece.range().from();
            for (ByteBuf frame : frames()) {
                for (ByteBuffer part : frame.nioBuffers()) {
                    while (part.hasRemaining()) {
                        at += channel.write(part, at);
                    }
                }
            }
        }
    }
}
