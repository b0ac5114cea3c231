package dev.exoflux.mesh.wire;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;

/** How a sequence is sampled, as bytes: {@code docs/mesh-wire.md} has the layout. */
final class SamplingCodec {

    private static final int SETTINGS_BYTES = 44;
    private static final int BIAS_BYTES = 8;

    private SamplingCodec() {}

    static long bytes(SamplingSettings sampling) {
        return SETTINGS_BYTES + (long) BIAS_BYTES * sampling.logitBias().size();
    }

    static void write(SamplingSettings sampling, ByteBuf out) {
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

    static SamplingSettings read(FrameReader in) {
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
