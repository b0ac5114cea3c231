package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What an {@link Engine} computes on.
 *
 * @param version of MLX
 * @param metal whether it is the GPU of a Mac
 * @param device as MLX calls it
 * @param memory bytes of the device, or of the machine or container
 * @param workingSet bytes that weights, caches and activations may take together
 * @param mostCache bytes of freed buffers that it may keep
 * @param type of activations, keys and values
 */
record EngineFacts(
        String version, boolean metal, String device, long memory, long workingSet, long mostCache, ArrayType type) {

    void write(DataOutput out) throws IOException {
        out.writeUTF(version);
        out.writeBoolean(metal);
        out.writeUTF(device);
        out.writeLong(memory);
        out.writeLong(workingSet);
        out.writeLong(mostCache);
        out.writeUTF(type.name());
    }

    static EngineFacts read(DataInput in) throws IOException {
        return new EngineFacts(
                in.readUTF(),
                in.readBoolean(),
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                ArrayType.valueOf(in.readUTF()));
    }
}
