package dev.exoflux.mesh.wire;

import dev.exoflux.model.Sampled;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Log-probabilities of one chosen token as bytes. */
final class LogprobsCodec {

    private static final int ALTERNATIVE_BYTES = 8;
    private static final int ASKED_FOR = 1;

    private LogprobsCodec() {}

    static long bytes(Sampled.@Nullable Logprobs logprobs) {
        return logprobs == null
                ? 1
                : 1 + 4 + 4 + (long) ALTERNATIVE_BYTES * logprobs.top().size();
    }

    static void write(Sampled.@Nullable Logprobs logprobs, ByteBuf out) {
        if (logprobs == null) {
            out.writeByte(0);
            return;
        }
        out.writeByte(ASKED_FOR)
                .writeFloatLE(logprobs.chosen())
                .writeIntLE(logprobs.top().size());
        for (Sampled.Alternative each : logprobs.top()) {
            out.writeIntLE(each.id()).writeFloatLE(each.logprob());
        }
    }

    static Sampled.@Nullable Logprobs read(FrameReader in) {
        if (in.flags(ASKED_FOR) == 0) {
            return null;
        }
        float chosen = in.float32();
        int count = in.count("alternatives", ALTERNATIVE_BYTES);
        List<Sampled.Alternative> top = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            top.add(new Sampled.Alternative(in.int32(), in.float32()));
        }
        return new Sampled.Logprobs(chosen, top);
    }
}
