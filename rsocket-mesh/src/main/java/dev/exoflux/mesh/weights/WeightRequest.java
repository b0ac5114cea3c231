package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.FrameReader;
import dev.exoflux.mesh.wire.FrameWriter;
import dev.exoflux.model.weights.ByteRange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** What a peer asks another for of a model, by names from its description: no path ever travels. */
sealed interface WeightRequest {

    int VERSION = 1;
    int DESCRIBE = 1;
    int READ = 2;

    /** Bytes that can be asked for at once. */
    int MAX_BYTES = 16 << 20;

    /** Which files there are, and which of their bytes are there. Answered with one frame, an {@link InventoryCodec inventory}. */
    record Describe(String model) implements WeightRequest {}

    /**
     * Bytes of a file, answered with {@link RangeFrame}s.
     *
     * @param fingerprint of the checkpoint that is meant
     */
    record Read(String model, String fingerprint, String file, ByteRange range) implements WeightRequest {

        public Read {
            if (range.bytes() > MAX_BYTES) {
                throw new IllegalArgumentException(range.bytes() + " bytes at once");
            }
        }
    }

    String model();

    default byte[] encode() {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(VERSION).writeByte(this instanceof Describe ? DESCRIBE : READ);
        FrameWriter.text(model(), out);
        if (this instanceof Read read) {
            FrameWriter.text(read.fingerprint(), out);
            FrameWriter.text(read.file(), out);
            out.writeLongLE(read.range().from()).writeLongLE(read.range().to());
        }
        return ByteBufUtil.getBytes(out);
    }

    /**
     * Reads a request; the caller still owns the buffer.
     *
     * @throws dev.exoflux.model.ExofluxException PROTOCOL
     */
    static WeightRequest decode(ByteBuf bytes) {
        FrameReader in = new FrameReader(bytes);
        int version = in.uint8();
        if (version != VERSION) {
            throw FrameReader.damaged("a request for weights of version " + version);
        }
        int what = in.uint8();
        try {
            WeightRequest request = switch (what) {
                case DESCRIBE -> new Describe(in.text());
                case READ -> new Read(in.text(), in.text(), in.text(), new ByteRange(in.int64(), in.int64()));
                default -> throw FrameReader.damaged("a request for weights of kind " + what);
            };
            in.end();
            return request;
        } catch (IllegalArgumentException e) {
            throw FrameReader.damaged("a request for weights, for " + e.getMessage());
        }
    }
}
