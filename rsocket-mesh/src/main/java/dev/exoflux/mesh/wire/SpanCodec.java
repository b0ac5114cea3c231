package dev.exoflux.mesh.wire;

import dev.exoflux.pipeline.SequenceSettings;
import dev.exoflux.pipeline.Span;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Spans as bytes: {@code docs/mesh-wire.md} has the layout. */
final class SpanCodec {

    private static final int SPAN_BYTES = 25;
    private static final int SETTINGS_BYTES = 9;
    private static final int PREFIX_BYTES = 12;
    private static final int DRAFTED_BYTES = 4;
    private static final int OPENS = 1;
    private static final int DRAFTED = 2;
    private static final int FORKS = 1;

    private SpanCodec() {}

    /** Bytes of {@code spans}, their count included. */
    static long bytes(List<Span> spans) {
        long bytes = 4L + (long) spans.size() * SPAN_BYTES;
        for (Span span : spans) {
            SequenceSettings settings = span.settings();
            bytes += span.drafted() == 0 ? 0 : DRAFTED_BYTES;
            if (settings != null) {
                bytes += SETTINGS_BYTES + SamplingCodec.bytes(settings.sampling());
                bytes += settings.prefix() == null ? 0 : PREFIX_BYTES;
            }
        }
        return bytes;
    }

    static void write(List<Span> spans, ByteBuf out) {
        out.writeIntLE(spans.size());
        for (Span span : spans) {
            SequenceSettings settings = span.settings();
            out.writeLongLE(span.sequence())
                    .writeIntLE(span.position())
                    .writeIntLE(span.count())
                    .writeIntLE(span.outputs())
                    .writeIntLE(span.next())
                    .writeByte((settings == null ? 0 : OPENS) | (span.drafted() == 0 ? 0 : DRAFTED));
            if (span.drafted() > 0) {
                out.writeIntLE(span.drafted());
            }
            if (settings != null) {
                write(settings, out);
            }
        }
    }

    private static void write(SequenceSettings settings, ByteBuf out) {
        SequenceSettings.Prefix prefix = settings.prefix();
        out.writeIntLE(settings.promptLength()).writeIntLE(settings.capacity()).writeByte(prefix == null ? 0 : FORKS);
        if (prefix != null) {
            out.writeLongLE(prefix.sequence()).writeIntLE(prefix.length());
        }
        SamplingCodec.write(settings.sampling(), out);
    }

    static List<Span> read(FrameReader in) {
        int count = in.count("spans", SPAN_BYTES);
        List<Span> spans = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            spans.add(span(in));
        }
        return List.copyOf(spans);
    }

    private static Span span(FrameReader in) {
        long sequence = in.int64();
        int position = in.int32("position", 0);
        int count = in.int32("tokens of a span", 1);
        int outputs = in.int32("outputs", 0);
        int next = in.int32("next token", Span.UNKNOWN);
        if (outputs > count || position > Integer.MAX_VALUE - count) {
            throw WireErrors.damaged("%d tokens at %d have %d outputs".formatted(count, position, outputs));
        }
        int flags = in.flags(OPENS | DRAFTED);
        int drafted = (flags & DRAFTED) == 0 ? 0 : in.int32("proposals", 1);
        if (drafted >= count || drafted >= Math.max(1, outputs)) {
            throw WireErrors.damaged(
                    "%d of %d tokens with %d outputs are proposals".formatted(drafted, count, outputs));
        }
        @Nullable SequenceSettings settings = (flags & OPENS) == 0 ? null : settings(in);
        return new Span(sequence, position, count, outputs, next, settings, drafted);
    }

    private static SequenceSettings settings(FrameReader in) {
        int promptLength = in.int32("prompt length", 0);
        int capacity = in.int32("capacity", 1);
        SequenceSettings.@Nullable Prefix prefix =
                in.flags(FORKS) == FORKS ? new SequenceSettings.Prefix(in.int64(), in.int32("prefix length", 0)) : null;
        return new SequenceSettings(SamplingCodec.read(in), promptLength, capacity, prefix);
    }
}
