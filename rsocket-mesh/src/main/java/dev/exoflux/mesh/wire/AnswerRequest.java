package dev.exoflux.mesh.wire;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Scheduling;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceRequest.Resumed;
import dev.exoflux.pipeline.Speculation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an entry asks the peer for that has a model's batcher: a stream of {@link StreamKind#ANSWERS}.
 *
 * @param model its name
 */
public record AnswerRequest(String model, SequenceRequest request) {

    private static final String LOOKED_UP = "";
    private static final int VERSION = 1;
    private static final int ECHO = 1;
    private static final int RESUMED = 2;
    private static final int SPECULATES = 4;
    private static final int SCHEDULED = 8;

    /**
     * As bytes: {@code docs/mesh-wire.md} has the layout. The same request always gives the same ones at the same time: of a deadline
     * what is left travels, since clocks of peers differ.
     */
    public byte[] encode(InstantSource clock) {
        Resumed resumed = request.resumed();
        ByteBuf out = Unpooled.buffer(128 + 4 * request.prompt().length);
        out.writeByte(VERSION);
        FrameWriter.text(model, out);
        FrameWriter.ids(request.prompt(), out);
        SamplingCodec.write(request.sampling(), out);
        out.writeIntLE(request.maxTokens());
        FrameWriter.ids(
                request.ends().stream().mapToInt(Integer::intValue).sorted().toArray(), out);
        Speculation speculation = request.speculation();
        Scheduling scheduling = request.scheduling();
        boolean scheduled = !scheduling.equals(Scheduling.DEFAULT);
        out.writeByte((request.echo() ? ECHO : 0)
                | (resumed == null ? 0 : RESUMED)
                | (speculation == null ? 0 : SPECULATES)
                | (scheduled ? SCHEDULED : 0));
        if (resumed != null) {
            out.writeIntLE(resumed.echoed());
            FrameWriter.ids(resumed.answer(), out);
        }
        if (speculation != null) {
            String draft = speculation.draft();
            FrameWriter.text(draft == null ? LOOKED_UP : draft, out);
            out.writeIntLE(speculation.most());
        }
        if (scheduled) {
            SchedulingCodec.write(scheduling, clock, out);
        }
        return ByteBufUtil.getBytes(out);
    }

    /**
     * Reads a request; the caller still owns the buffer.
     *
     * @throws dev.exoflux.model.ExofluxException PROTOCOL for anything that {@link #encode} would not have written
     */
    public static AnswerRequest decode(ByteBuf bytes, InstantSource clock) {
        FrameReader in = new FrameReader(bytes);
        in.version(VERSION);
        String model = in.text();
        int[] prompt = in.ids("tokens of a prompt");
        SamplingSettings sampling = SamplingCodec.read(in);
        int maxTokens = in.int32();
        Set<Integer> ends = ends(in);
        int flags = in.flags(ECHO | RESUMED | SPECULATES | SCHEDULED);
        boolean echo = (flags & ECHO) != 0;
        @Nullable Resumed resumed = (flags & RESUMED) == 0 ? null : new Resumed(in.int32(), in.ids("tokens answered"));
        @Nullable Speculation speculation = (flags & SPECULATES) == 0 ? null : speculation(in);
        Scheduling scheduling = (flags & SCHEDULED) == 0 ? Scheduling.DEFAULT : SchedulingCodec.read(in, clock);
        in.end();
        try {
            return new AnswerRequest(
                    model,
                    new SequenceRequest(prompt, sampling, maxTokens, ends, echo, resumed, speculation, scheduling));
        } catch (IllegalArgumentException impossible) {
            throw WireErrors.damaged("it asks for " + impossible.getMessage());
        }
    }

    private static Speculation speculation(FrameReader in) {
        String draft = in.text();
        int most = in.int32("proposals", 1);
        if (most > Speculation.MOST) {
            throw WireErrors.damaged("it wants %d proposals".formatted(most));
        }
        return draft.equals(LOOKED_UP) ? Speculation.byLookUp(most) : Speculation.by(draft, most);
    }

    private static Set<Integer> ends(FrameReader in) {
        Set<Integer> ends = new HashSet<>();
        int previous = -1;
        for (int id : in.ids("tokens that end an answer")) {
            if (id <= previous) {
                throw WireErrors.damaged("token %d ends an answer, behind %d".formatted(id, previous));
            }
            ends.add(id);
            previous = id;
        }
        return Set.copyOf(ends);
    }
}
