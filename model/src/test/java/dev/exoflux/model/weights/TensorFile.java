package dev.exoflux.model.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes safetensors files for tests, honest ones and others. */
final class TensorFile {

    private final StringBuilder table = new StringBuilder();
    private final ByteBuffer data = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    TensorFile floats(String name, long[] shape, float... values) {
        int from = data.position();
        for (float value : values) {
            data.putFloat(value);
        }
        return row(name, "F32", shape, from);
    }

    /** A bf16 tensor that holds the same number everywhere. */
    TensorFile bf16(String name, float value, long... shape) {
        int from = data.position();
        for (long i = 0; i < Arrays.stream(shape).reduce(1, Math::multiplyExact); i++) {
            data.putShort((short) (Float.floatToIntBits(value) >>> 16));
        }
        return row(name, "BF16", shape, from);
    }

    TensorFile bytes(String name, String dtype, long[] shape, byte... bytes) {
        int from = data.position();
        data.put(bytes);
        return row(name, dtype, shape, from);
    }

    private TensorFile row(String name, String dtype, long[] shape, int from) {
        table.append(table.isEmpty() ? "" : ",")
                .append("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                        .formatted(name, dtype, Arrays.toString(shape), from, data.position()));
        return this;
    }

    Path write(Path file) {
        return write(file, "{" + table + "}", Arrays.copyOf(data.array(), data.position()));
    }

    static Path write(Path file, String header, byte... data) {
        return write(file, header.getBytes(StandardCharsets.UTF_8).length, header, data);
    }

    /** A file whose first eight bytes claim that length of its header. */
    static Path write(Path file, long claimed, String header, byte... data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(claimed)
                .put(json)
                .put(data);
        try {
            return Files.write(file, bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
