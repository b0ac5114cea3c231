package dev.exoflux.mesh.wire;

import dev.exoflux.pipeline.SequenceToken;
import dev.exoflux.pipeline.Speculated;
import dev.exoflux.pipeline.Token.FinishReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Tokens of an answer as frames: {@code docs/mesh-wire.md} has the layout. The same token always gives the same bytes. */
public final class AnswerTokenCodec {

    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 10;
    private static final int PROMPT = 1;
    private static final int STOPPED = 2;
    private static final int AT_FULL_LENGTH = 4;
    private static final int SPECULATED = 8;
    private static final int SPECULATED_BYTES = 8;

    private AnswerTokenCodec() {}

    /** The frame of a token; the caller releases it. */
    public static ByteBuf encode(SequenceToken token, ByteBufAllocator allocator) {
        Speculated speculated = token.speculated();
        boolean some = !speculated.equals(Speculated.NONE);
        int bytes = FIXED_BYTES + (int) LogprobsCodec.bytes(token.logprobs()) + (some ? SPECULATED_BYTES : 0);
        ByteBuf out = allocator
                .directBuffer(bytes, bytes)
                .writeByte(VERSION)
                .writeByte((token.prompt() ? PROMPT : 0) | flag(token.finish()) | (some ? SPECULATED : 0))
                .writeIntLE(token.id())
                .writeIntLE(token.cachedTokens());
        if (some) {
            out.writeIntLE(speculated.proposed()).writeIntLE(speculated.accepted());
        }
        LogprobsCodec.write(token.logprobs(), out);
        return out;
    }

    private static int flag(@Nullable FinishReason finish) {
        return switch (finish) {
            case STOP -> STOPPED;
            case LENGTH -> AT_FULL_LENGTH;
            case CONTENT_FILTER -> throw new IllegalArgumentException("a validator ends what has text; ids have none");
            case null -> 0;
        };
    }

    /**
     * The token of a whole frame, which the caller still owns.
     *
     * @throws dev.exoflux.model.ExofluxException PROTOCOL for anything that {@link #encode} would not have written
     */
    public static SequenceToken decode(ByteBuf frame) {
        FrameReader in = new FrameReader(frame);
        in.version(VERSION);
        int flags = in.flags(PROMPT | STOPPED | AT_FULL_LENGTH | SPECULATED);
        int id = in.int32("token", 0);
        int cached = in.int32("cached tokens", 0);
        Speculated speculated = (flags & SPECULATED) == 0 ? Speculated.NONE : speculated(in);
        SequenceToken token = new SequenceToken(
                id,
                (flags & PROMPT) != 0,
                LogprobsCodec.read(in),
                cached,
                speculated,
                finish(flags & (STOPPED | AT_FULL_LENGTH)));
        in.end();
        return token;
    }

    private static Speculated speculated(FrameReader in) {
        Speculated speculated = new Speculated(in.int32("proposals", 1), in.int32("accepted proposals", 0));
        if (speculated.accepted() > speculated.proposed()) {
            throw WireErrors.damaged("more proposals held than were made: " + speculated);
        }
        return speculated;
    }

    private static @Nullable FinishReason finish(int flags) {
        return switch (flags) {
            case 0 -> null;
            case STOPPED -> FinishReason.STOP;
            case AT_FULL_LENGTH -> FinishReason.LENGTH;
            default -> throw WireErrors.damaged("an answer ends in two ways");
        };
    }
}
