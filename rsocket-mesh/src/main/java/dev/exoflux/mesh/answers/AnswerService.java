package dev.exoflux.mesh.answers;

import dev.exoflux.mesh.wire.AnswerRequest;
import dev.exoflux.mesh.wire.AnswerTokenCodec;
import dev.exoflux.mesh.wire.StreamService;
import dev.exoflux.pipeline.Answers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Answers entries on other peers, for the models that this one has the batcher of. Register it for {@link
 * dev.exoflux.mesh.wire.StreamKind#ANSWERS}. Thread-safe.
 */
public final class AnswerService implements StreamService {

    private final Function<String, @Nullable Answers> models;

    /** @param models gives the batcher of a model, or null if it is not here; asked on an event loop, so it must not block */
    public AnswerService(Function<String, @Nullable Answers> models) {
        this.models = models;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The entry's demand drives decoding, its cancel or loss retires the sequence. Errors: RING_UNKNOWN for a model that is not
     * here, and those of {@link Answers#open}.
     */
    @Override
    public Flux<ByteBuf> serve(ByteBuf request) {
        AnswerRequest asked = AnswerRequest.decode(request, InstantSource.system());
        return Flux.defer(() -> {
                    Answers answers = models.apply(asked.model());
                    return answers == null
                            ? Flux.error(AnswerErrors.notHere(asked.model()))
                            : answers.open(asked.request());
                })
                .map(token -> AnswerTokenCodec.encode(token, PooledByteBufAllocator.DEFAULT));
    }
}
