package dev.exoflux.mesh.wire;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.Span;
import dev.exoflux.pipeline.StageMessage;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stage messages as frames, little-endian: a header of magic, version, type and length, then what the type says ({@code
 * docs/mesh-wire.md} has the layout). A frame that cannot be read is an {@link ExofluxException} with {@link
 * ErrorCode#PROTOCOL}, and never costs more memory than the frame itself. Thread-safe.
 *
 * <p>The same message always gives the same bytes.
 */
final class StageMessageCodec {

    static final int HEADER_BYTES = 8;
    static final int VERSION = 1;

    private static final int MAGIC = 'e' | ('x' << 8);
    private static final int PROMPT_TOKENS = 1;
    private static final int CHOSEN_TOKENS = 2;
    private static final int ACTIVATIONS = 3;
    private static final int RETIRE = 4;
    private static final int FAILED = 5;
    private static final int TIMED_CHOSEN_TOKENS = 6;
    private static final int TIMED_ACTIVATIONS = 7;

    /** Characters of a failure's message that travel. */
    private static final int MESSAGE_LIMIT = 4096;

    private final HiddenFormat hidden;
    private final int maxBytes;

    /**
     * @param hidden format of the hidden states that are written; either is read
     * @param maxBytes of a frame
     */
    StageMessageCodec(HiddenFormat hidden, int maxBytes) {
        this.hidden = hidden;
        this.maxBytes = maxBytes;
    }

    /** The frame of a message, in one piece of direct memory; the caller releases it. */
    ByteBuf encode(StageMessage message, ByteBufAllocator allocator) {
        return switch (message) {
            case TokenBatch batch -> tokens(batch, allocator);
            case ActivationBatch batch -> activations(batch, allocator);
            case Retire retire -> frame(RETIRE, 8, allocator).writeLongLE(retire.sequence());
            case Failed failed -> failed(failed, allocator);
        };
    }

    private ByteBuf frame(int type, long bytes, ByteBufAllocator allocator) {
        if (bytes > maxBytes - HEADER_BYTES) {
            throw new ExofluxException(ErrorCode.PROTOCOL, """
                    A message between two stages has %d bytes; %d may travel.
                    Maybe lower prefill-chunk.""".formatted(bytes + HEADER_BYTES, maxBytes));
        }
        int whole = HEADER_BYTES + (int) bytes;
        return allocator
                .directBuffer(whole, whole)
                .writeShortLE(MAGIC)
                .writeByte(VERSION)
                .writeByte(type)
                .writeIntLE((int) bytes);
    }

    private ByteBuf tokens(TokenBatch batch, ByteBufAllocator allocator) {
        boolean timed = batch.stageNanos().length > 0;
        boolean prompt = !timed && batch.logprobs().isEmpty() && batch.ids().length == rows(batch.spans());
        long bytes = SpanCodec.bytes(batch.spans()) + 4 + 4L * batch.ids().length;
        bytes += prompt
                ? 0
                : batch.logprobs().stream().mapToLong(LogprobsCodec::bytes).sum();
        bytes += timed ? timesBytes(batch.stageNanos()) : 0;
        ByteBuf out = frame(prompt ? PROMPT_TOKENS : timed ? TIMED_CHOSEN_TOKENS : CHOSEN_TOKENS, bytes, allocator);
        if (timed) {
            times(batch.stageNanos(), out);
        }
        SpanCodec.write(batch.spans(), out);
        FrameWriter.ids(batch.ids(), out);
        if (!prompt) {
            batch.logprobs().forEach(each -> LogprobsCodec.write(each, out));
        }
        return out;
    }

    private ByteBuf activations(ActivationBatch batch, ByteBufAllocator allocator) {
        long values = (long) hidden.bytes() * batch.hidden().length;
        long bytes = SpanCodec.bytes(batch.spans()) + 4 + 4L * batch.ids().length + 5 + values;
        boolean timed = batch.stageNanos().length > 0;
        bytes += timed ? timesBytes(batch.stageNanos()) : 0;
        ByteBuf out = frame(timed ? TIMED_ACTIVATIONS : ACTIVATIONS, bytes, allocator);
        if (timed) {
            times(batch.stageNanos(), out);
        }
        SpanCodec.write(batch.spans(), out);
        FrameWriter.ids(batch.ids(), out);
        out.writeIntLE(batch.width()).writeByte(hidden.number());
        HiddenStates.write(batch.hidden(), hidden, out);
        return out;
    }

    private static long timesBytes(long[] nanos) {
        return 4 + 8L * nanos.length;
    }

    private static void times(long[] nanos, ByteBuf out) {
        out.writeIntLE(nanos.length);
        for (long each : nanos) {
            out.writeLongLE(each);
        }
    }

    private ByteBuf failed(Failed failed, ByteBufAllocator allocator) {
        byte[] code = failed.code().name().getBytes(StandardCharsets.UTF_8);
        String told = failed.message();
        byte[] message =
                told.substring(0, Math.min(told.length(), MESSAGE_LIMIT)).getBytes(StandardCharsets.UTF_8);
        return frame(FAILED, 8 + 4 + code.length + 4 + message.length, allocator)
                .writeLongLE(failed.sequence())
                .writeIntLE(code.length)
                .writeBytes(code)
                .writeIntLE(message.length)
                .writeBytes(message);
    }

    /**
     * The message of a whole frame, which the caller still owns.
     *
     * @throws ExofluxException PROTOCOL for anything that {@link #encode} would not have written
     */
    StageMessage decode(ByteBuf frame) {
        FrameReader in = new FrameReader(frame);
        int type = type(in, frame.readableBytes());
        StageMessage message = switch (type) {
            case PROMPT_TOKENS -> promptTokens(in);
            case CHOSEN_TOKENS -> chosenTokens(in, StageMessage.NOTHING_TAKEN);
            case ACTIVATIONS -> activations(in, StageMessage.NOTHING_TAKEN);
            case TIMED_CHOSEN_TOKENS -> chosenTokens(in, times(in));
            case TIMED_ACTIVATIONS -> activations(in, times(in));
            case RETIRE -> new Retire(in.int64());
            case FAILED -> new Failed(in.int64(), code(in.text()), in.text());
            default -> throw WireErrors.damaged("its type is " + type);
        };
        in.end();
        return message;
    }

    /** Checks the header of a frame of {@code bytes}. */
    private int type(FrameReader in, int bytes) {
        int magic = in.uint16();
        if (magic != MAGIC) {
            throw WireErrors.damaged("it begins with 0x%04x".formatted(magic));
        }
        in.version(VERSION);
        int type = in.uint8();
        int length = in.int32();
        if (length != bytes - HEADER_BYTES || bytes > maxBytes) {
            throw WireErrors.damaged("its length is %d of %d bytes".formatted(length, bytes - HEADER_BYTES));
        }
        return type;
    }

    private static long[] times(FrameReader in) {
        int count = in.count("times of stages", 8);
        if (count == 0) {
            throw WireErrors.damaged("it has times of no stage");
        }
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            nanos[i] = in.int64();
        }
        return nanos;
    }

    private static TokenBatch promptTokens(FrameReader in) {
        List<Span> spans = SpanCodec.read(in);
        return new TokenBatch(spans, ids(in, rows(spans)), List.of());
    }

    private static TokenBatch chosenTokens(FrameReader in, long[] nanos) {
        List<Span> spans = SpanCodec.read(in);
        int[] ids = ids(in, spans.stream().mapToLong(Span::outputs).sum());
        List<Sampled.@Nullable Logprobs> logprobs = new ArrayList<>(ids.length);
        for (int ignored : ids) {
            logprobs.add(LogprobsCodec.read(in));
        }
        return new TokenBatch(spans, ids, logprobs, nanos);
    }

    private static ActivationBatch activations(FrameReader in, long[] nanos) {
        List<Span> spans = SpanCodec.read(in);
        int[] ids = ids(in, rows(spans));
        int width = in.int32("width", 1);
        HiddenFormat format = format(in.uint8());
        return new ActivationBatch(spans, ids, in.hidden(ids.length, width, format), width, nanos);
    }

    private static HiddenFormat format(int number) {
        for (HiddenFormat format : HiddenFormat.values()) {
            if (format.number() == number) {
                return format;
            }
        }
        throw WireErrors.damaged("the format of its hidden states is " + number);
    }

    private static int[] ids(FrameReader in, long expected) {
        int count = in.count("tokens", 4);
        if (count != expected) {
            throw WireErrors.damaged("it has %d tokens for %d".formatted(count, expected));
        }
        return in.ints(count);
    }

    private static long rows(List<Span> spans) {
        return spans.stream().mapToLong(Span::count).sum();
    }

    /** A code that a newer peer knows and this one does not is still a failure. */
    private static ErrorCode code(String name) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return ErrorCode.INTERNAL;
    }
}
