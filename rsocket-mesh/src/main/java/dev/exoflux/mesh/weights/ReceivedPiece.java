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
import org.jspecify.annotations.Nullable;

/** The frames of a piece, kept until their hash has come. Owns them until it is closed. For one thread at a time. */
final class ReceivedPiece implements AutoCloseable {

    private final Piece piece;
    private final MessageDigest digest = Sha256.begin();
    private final List<ByteBuf> frames = new ArrayList<>();
    private long missing;
    private byte @Nullable [] told;

    ReceivedPiece(Piece piece) {
        this.piece = piece;
        this.missing = piece.range().bytes();
    }

    /** Takes the next frame over, unless it throws. */
    void add(ByteBuf frame) {
        int mark = frame.isReadable() ? frame.readUnsignedByte() : -1;
        int bytes = frame.readableBytes();
        switch (mark) {
            case RangeFrame.DATA -> {
                if (bytes > missing || told != null) {
                    throw FrameReader.damaged("more of %s than was asked for".formatted(piece));
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
        frames.add(frame);
    }

    /**
     * That all has come, as it was sent.
     *
     * @throws dev.exoflux.model.ExofluxException PROTOCOL
     */
    void check() {
        byte[] expected = told;
        if (expected == null || missing > 0) {
            throw FrameReader.damaged("%s ends %d bytes early".formatted(piece, missing));
        }
        if (!MessageDigest.isEqual(expected, digest.digest())) {
            throw FrameReader.damaged("the bytes of %s are not those of their SHA-256".formatted(piece));
        }
    }

    /** Puts the bytes where they belong. */
    void writeTo(Path directory) throws IOException {
        // a channel of its own: a thread that is cancelled while it writes closes it
        try (FileChannel channel = FileChannel.open(directory.resolve(piece.file()), StandardOpenOption.WRITE)) {
            long at = piece.range().from();
            for (ByteBuf frame : frames) {
                for (ByteBuffer part : frame.nioBuffers()) {
                    while (part.hasRemaining()) {
                        at += channel.write(part, at);
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        frames.forEach(ByteBuf::release);
        frames.clear();
    }
}
