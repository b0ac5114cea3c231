package dev.exoflux.mesh.answers;

import dev.exoflux.mesh.wire.AnswerRequest;
import dev.exoflux.mesh.wire.AnswerTokenCodec;
import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.mesh.wire.StreamKind;
import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.Handover;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceToken;
import java.time.InstantSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Answers of a model that another peer has the batcher of. Two of the same peer and model are equal. Thread-safe.
 *
 * @param endpoint of this peer; has to be open for as long as answers are
 * @param head the peer that has the batcher
 */
public record RemoteAnswers(HopEndpoint endpoint, PeerAddress head, String model) implements Answers {

    /**
     * {@inheritDoc}
     *
     * <p>The sequence is opened over there with the first demand. Errors, besides those of the batcher: PEER_LOST if the head
     * cannot be reached or is not heard of any more, RING_UNKNOWN if it has no such batcher, PROTOCOL if it sends what cannot be
     * read. Subscribers are called on Reactor's {@code parallel} threads.
     */
    @Override
    public Flux<SequenceToken> open(SequenceRequest request) {
        byte[] asked = new AnswerRequest(model, request).encode(InstantSource.system());
        return Handover.to(
                Schedulers.parallel(), endpoint.request(head, StreamKind.ANSWERS, asked, AnswerTokenCodec::decode));
    }
}
