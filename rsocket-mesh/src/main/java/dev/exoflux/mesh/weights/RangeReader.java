package dev.exoflux.mesh.weights;

import dev.exoflux.model.weights.ByteRange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/** Reads a range of a file as {@link RangeFrame}s, one whenever one is asked for. For one thread, which waits for the disk. */
final class RangeReader implements AutoCloseable {

    private final FileChannel channel;
    private final MessageDigest digest = Sha256.begin();
    private final long to;
    private long at;

    private RangeReader(FileChannel channel, ByteRange range) {
        this.channel = channel;
        this.at = range.from();
        this.to = range.to();
    }

    /** Frames of the range; each is the subscriber's. On cancel and on error the file is closed, and no frame is left behind. */
    static Flux<ByteBuf> frames(Path file, ByteRange range) {
        return Flux.generate(
                () -> new RangeReader(FileChannel.open(file, StandardOpenOption.READ), range),
                RangeReader::next,
                RangeReader::close);
    }

    private RangeReader next(SynchronousSink<ByteBuf> sink) {
        try {
            if (at == to) {
                ByteBuf frame = Unpooled.buffer(1 + RangeFrame.DIGEST_BYTES);
                sink.next(frame.writeByte(RangeFrame.DIGEST).writeBytes(digest.digest()));
                sink.complete();
            } else {
                sink.next(data());
            }
        } catch (ClosedByInterruptException e) {
            sink.complete(); // cancelled: nobody reads on
        } catch (IOException e) {
            sink.error(e);
        }
        return this;
    }

    private ByteBuf data() throws IOException {
        int bytes = (int) Math.min(RangeFrame.MAX_BYTES, to - at);
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(1 + bytes, 1 + bytes);
        try {
            frame.writeByte(RangeFrame.DATA);
            while (frame.isWritable()) {
                int read = frame.writeBytes(channel, at, frame.writableBytes());
                if (read < 0) {
                    throw new EOFException("the file ends at byte " + at);
                }
                at += read;
            }
            digest.update(frame.nioBuffer(1, bytes));
            return frame;
        } catch (IOException | RuntimeException | Error e) {
            frame.release();
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
