package dev.exoflux.mesh.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Writes what {@link FrameReader} reads and a buffer has no word for. */
public final class FrameWriter {

    private FrameWriter() {}

    static void ids(int[] ids, ByteBuf out) {
        out.writeIntLE(ids.length);
        for (int id : ids) {
            out.writeIntLE(id);
        }
    }

    public static void text(String text, ByteBuf out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeIntLE(bytes.length).writeBytes(bytes);
    }
}
