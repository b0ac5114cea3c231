package dev.exoflux.mesh.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Numbers, texts and lists as bytes, big endian; a length is believed only as far as there are bytes. */
final class Wire {

    private Wire() {}

    /** What was not written by {@link Out}, or by another version of it. */
    static final class Malformed extends Exception {
        Malformed(String message) {
            super(message);
        }
    }

    /** Appends. */
    static final class Out {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        private interface Write {
            void run() throws IOException;
        }

        private Out write(Write write) {
            try {
                write.run();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException("an array that cannot be written", e);
            }
        }

        Out u8(int value) {
            return write(() -> out.writeByte(value));
        }

        Out i32(int value) {
            return write(() -> out.writeInt(value));
        }

        Out i64(long value) {
            return write(() -> out.writeLong(value));
        }

        Out f64(double value) {
            return write(() -> out.writeDouble(value));
        }

        Out flag(boolean value) {
            return u8(value ? 1 : 0);
        }

        Out text(String value) {
            byte[] utf8 = value.getBytes(UTF_8);
            i32(utf8.length);
            return write(() -> out.write(utf8));
        }

        Out optional(@Nullable String value) {
            flag(value != null);
            return value == null ? this : text(value);
        }

        <T> Out list(List<T> items, Consumer<T> each) {
            i32(items.size());
            items.forEach(each);
            return this;
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    /** Reads what {@link Out} wrote; everything it throws comes out of {@link #read} as {@link Malformed}. */
    static final class In {
        private final ByteBuffer in;

        private In(byte[] bytes) {
            in = ByteBuffer.wrap(bytes);
        }

        static <T> T read(byte[] bytes, java.util.function.Function<In, T> reader) throws Malformed {
            In in = new In(bytes);
            try {
                T value = reader.apply(in);
                if (in.in.hasRemaining()) {
                    throw new Malformed("%d bytes too many".formatted(in.in.remaining()));
                }
                return value;
            } catch (BufferUnderflowException | IllegalArgumentException e) {
                throw new Malformed(e.getMessage() == null ? "it ends too early" : e.getMessage());
            }
        }

        int u8() {
            return in.get() & 0xFF;
        }

        int i32() {
            return in.getInt();
        }

        long i64() {
            return in.getLong();
        }

        double f64() {
            return in.getDouble();
        }

        boolean flag() {
            return switch (u8()) {
                case 0 -> false;
                case 1 -> true;
                default -> throw new IllegalArgumentException("neither yes nor no");
            };
        }

        String text() {
            byte[] utf8 = new byte[length()];
            in.get(utf8);
            return new String(utf8, UTF_8);
        }

        @Nullable
        String optional() {
            return flag() ? text() : null;
        }

        <T> List<T> list(Supplier<T> each) {
            int size = length();
            List<T> items = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                items.add(each.get());
            }
            return items;
        }

        /** Of a text or list: every item takes a byte at least. */
        private int length() {
            int length = i32();
            if (length < 0 || length > in.remaining()) {
                throw new IllegalArgumentException(
                        "a length of %d with %d bytes left".formatted(length, in.remaining()));
            }
            return length;
        }
    }
}
