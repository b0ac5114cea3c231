package dev.exoflux.mlx;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;

/** What comes along with a {@link Message}, as bytes and back. */
final class Texts {

    private Texts() {}

    private interface Writer {
        void write(DataOutput out) throws IOException;
    }

    private static byte[] written(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writer.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static DataInputStream in(byte[] text) {
        return new DataInputStream(new ByteArrayInputStream(text));
    }

    static byte[] of(Program program) {
        byte[] bytes = new byte[Math.toIntExact(program.bytes())];
        program.write(MemorySegment.ofArray(bytes));
        return bytes;
    }

    static Program program(byte[] text) {
        return Program.read(MemorySegment.ofArray(text));
    }

    static byte[] of(EngineFacts facts) {
        return written(facts::write);
    }

    static EngineFacts facts(byte[] text) throws IOException {
        return EngineFacts.read(in(text));
    }

    static byte[] of(WeightForm form) {
        return written(form::write);
    }

    static WeightForm form(byte[] text) throws IOException {
        return WeightForm.read(in(text));
    }

    /** A failure: one that has a code keeps it and its message. */
    static byte[] of(Throwable failure) {
        boolean told = failure instanceof ExofluxException;
        String code = told ? ((ExofluxException) failure).code().name() : ErrorCode.INTERNAL.name();
        String message = told ? String.valueOf(failure.getMessage()) : "MLX's process failed: " + failure;
        return written(out -> {
            out.writeUTF(code);
            out.writeUTF(message.substring(0, Math.min(message.length(), 4096)));
        });
    }

    static ExofluxException failure(byte[] text) {
        try {
            DataInputStream in = in(text);
            return new ExofluxException(ErrorCode.valueOf(in.readUTF()), in.readUTF());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
