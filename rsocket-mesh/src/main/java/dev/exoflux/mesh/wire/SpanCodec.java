package dev.exoflux.mesh.wire;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.SequenceSettings;
import dev.exoflux.pipeline.Span;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Spans as bytes: {@code docs/mesh-wire.md} has the layout. */
final class SpanCodec {

    private static final int SPAN_BYTES = 25;
    private static final int SETTINGS_BYTES = 53;
    private static final int PREFIX_BYTES = 12;
    private static final int BIAS_BYTES = 8;
    private static final int OPENS = 1;
    private static final int FORKS = 1;

    private SpanCodec() {}

    /** Bytes of {@code spans}, their count included. */
    static long bytes(List<Span> spans) {
        long bytes = 4L + (long) spans.size() * SPAN_BYTES;
        for (Span span : spans) {
            SequenceSettings settings = span.settings();
            if (settings != null) {
                bytes += SETTINGS_BYTES
                        + (long) BIAS_BYTES * settings.sampling().logitBias().size();
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
                    .writeByte(settings == null ? 0 : OPENS);
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
        SamplingSettings sampling = settings.sampling();
        out.writeFloatLE(sampling.temperature())
                .writeIntLE(sampling.topK())
                .writeFloatLE(sampling.topP())
                .writeFloatLE(sampling.minP())
                .writeFloatLE(sampling.repetitionPenalty())
                .writeFloatLE(sampling.presencePenalty())
                .writeFloatLE(sampling.frequencyPenalty())
                .writeLongLE(sampling.seed())
                .writeIntLE(sampling.topLogprobs())
                .writeIntLE(sampling.logitBias().size());
        sampling.logitBias().forEach((id, bias) -> out.writeIntLE(id).writeFloatLE(bias));
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
        @Nullable SequenceSettings settings = in.flags(OPENS) == OPENS ? settings(in) : null;
        return new Span(sequence, position, count, outputs, next, settings);
    }

    private static SequenceSettings settings(FrameReader in) {
        int promptLength = in.int32("prompt length", 0);
        int capacity = in.int32("capacity", 1);
        SequenceSettings.@Nullable Prefix prefix =
                in.flags(FORKS) == FORKS ? new SequenceSettings.Prefix(in.int64(), in.int32("prefix length", 0)) : null;
        return new SequenceSettings(sampling(in), promptLength, capacity, prefix);
    }

    private static SamplingSettings sampling(FrameReader in) {
        try {
            return new SamplingSettings(
                            in.float32(),
                            in.int32(),
                            in.float32(),
                            in.float32(),
                            in.float32(),
                            in.float32(),
                            in.float32(),
                            Map.of(),
                            in.int64(),
                            in.int32())
                    .toBuilder().logitBias(logitBias(in)).build();
        } catch (ExofluxException refused) {
            throw WireErrors.damaged(String.valueOf(refused.getMessage()));
        }
    }

    private static Map<Integer, Float> logitBias(FrameReader in) {
        int count = in.count("biases", BIAS_BYTES);
        Map<Integer, Float> biases = HashMap.newHashMap(count);
        int previous = -1;
        for (int i = 0; i < count; i++) {
            int id = in.int32("token of a bias", previous + 1); // ascending: none twice
            biases.put(id, in.float32());
            previous = id;
        }
        return biases;
    }
}
