package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.Hop;
import dev.exoflux.pipeline.Stage;
import dev.exoflux.pipeline.StageMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Who gets the one stream of a stage, when several ask for it. */
final class EdgesTest {

    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final StageMessage SOMETHING = new StageMessage.Retire(1);
    private static final Stage STAGE = inbound -> inbound;

    private long epoch = 5;

    private final Edges edges = new Edges((ring, asked, stage) -> asked == epoch ? STAGE : null, request -> upstream());

    private static Hop upstream() {
        return () -> Flux.just(SOMETHING).concatWith(Flux.never());
    }

    private static EdgeRequest request(long epoch, long opening) {
        PeerAddress entry = new PeerAddress("10.0.0.1", 1);
        return new EdgeRequest("m", epoch, opening, List.of(entry, new PeerAddress("10.0.0.2", 2)));
    }

    private StepVerifier.Step<StageMessage> asked(long itsEpoch, long opening) {
        return StepVerifier.create(edges.stream(request(itsEpoch, opening))).expectNext(SOMETHING);
    }

    private static void assertTurnedAway(Flux<StageMessage> stream) {
        StepVerifier.create(stream)
                .expectErrorSatisfies(failure ->
                        assertThat(((ExofluxException) failure).code()).isEqualTo(ErrorCode.RING_UNKNOWN))
                .verify(BOUND);
    }

    @Test
    void whoHasOpenedTheRingAnewTakesTheStreamOver() {
        asked(5, 1)
                .then(() -> asked(5, 2).thenCancel().verify(BOUND))
                .expectErrorMessage(gone("its entry has opened it anew"))
                .verify(BOUND);
    }

    @Test
    void whoComesLateDoesNotTakeItBack() {
        asked(5, 2)
                .then(() -> assertTurnedAway(edges.stream(request(5, 1))))
                .then(() -> assertTurnedAway(edges.stream(request(5, 2))))
                .thenCancel()
                .verify(BOUND);
        asked(5, 1).thenCancel().verify(BOUND);
    }

    @Test
    void aStreamOfAnEarlierPlacementGivesWayWhateverTheClockOfItsEntrySaid() {
        asked(5, 1_000_000)
                .then(() -> epoch = 6)
                .then(() -> asked(6, 3).thenCancel().verify(BOUND))
                .expectErrorMessage(gone("its entry has opened it anew", 1_000_000))
                .verify(BOUND);
        assertTurnedAway(edges.stream(request(5, 2_000_000)));
    }

    private static String gone(String why) {
        return gone(why, 1);
    }

    private static String gone(String why, long opening) {
        return "No stream from %s: %s.\nMaybe the model has been placed anew: try again in a moment."
                .formatted(request(5, opening), why);
    }
}
