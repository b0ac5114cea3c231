package dev.exoflux.mesh.weights;

import dev.exoflux.mesh.wire.FrameReader;
import dev.exoflux.mesh.wire.FrameWriter;
import dev.exoflux.model.weights.ByteRange;
import dev.exoflux.model.weights.ByteRanges;
import dev.exoflux.model.weights.ModelFile;
import dev.exoflux.model.weights.ModelInventory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** {@link ModelInventory} as bytes. */
final class InventoryCodec {

    private static final int VERSION = 1;

    private static final int RANGE_BYTES = 16;
    private static final int FILE_BYTES = 28;

    private InventoryCodec() {}

    static byte[] encode(ModelInventory inventory) {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(VERSION);
        FrameWriter.text(inventory.fingerprint(), out);
        out.writeIntLE(inventory.files().size());
        for (ModelFile file : inventory.files()) {
            FrameWriter.text(file.name(), out);
            out.writeLongLE(file.bytes()).writeLongLE(file.headerBytes());
            FrameWriter.text(file.sha256(), out);
            out.writeIntLE(file.here().list().size());
            file.here().list().forEach(range -> out.writeLongLE(range.from()).writeLongLE(range.to()));
        }
        return ByteBufUtil.getBytes(out);
    }

    /**
     * Reads an inventory, and believes nothing that no inventory says; the caller still owns the buffer.
     *
     * @throws dev.exoflux.model.ExofluxException PROTOCOL
     */
    static ModelInventory decode(ByteBuf bytes) {
        FrameReader in = new FrameReader(bytes);
        int version = in.uint8();
        if (version != VERSION) {
            throw FrameReader.damaged("an inventory of version " + version);
        }
        try {
            String fingerprint = in.text();
            int count = in.count("files", FILE_BYTES);
            List<ModelFile> files = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                files.add(new ModelFile(in.text(), in.int64(), in.int64(), in.text(), ranges(in)));
            }
            in.end();
            return new ModelInventory(fingerprint, files);
        } catch (IllegalArgumentException e) {
            throw FrameReader.damaged("an inventory with " + e.getMessage());
        }
    }

    private static ByteRanges ranges(FrameReader in) {
        int count = in.count("ranges", RANGE_BYTES);
        List<ByteRange> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ranges.add(new ByteRange(in.int64(), in.int64()));
        }
        return ByteRanges.of(ranges);
    }
}
