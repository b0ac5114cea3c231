package dev.exoflux.mesh.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.NoLeaks;
import dev.exoflux.mesh.wire.StageHost;
import dev.exoflux.mesh.wire.StreamKind;
import dev.exoflux.mesh.wire.StreamService;
import dev.exoflux.mesh.wire.WireSettings;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.Scheduling;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceRequest.Resumed;
import dev.exoflux.pipeline.SequenceToken;
import dev.exoflux.pipeline.Token.FinishReason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** A batcher at another peer answers as one here does. */
@ExtendWith(NoLeaks.class)
final class RemoteAnswersTest {

    private final Heads heads = new Heads(1);
    private final Heads.Head head = heads.get(0);
    private final RemoteAnswers remote = heads.from(0);

    RemoteAnswersTest() throws IOException {}

    @AfterEach
    void close() {
        heads.close();
    }

    private BatcherMetrics.Live sequence() {
        return head.metrics().sequences().getFirst();
    }

    private void awaitIdle() {
        await().atMost(Heads.PATIENCE).untilAsserted(() -> {
            assertThat(head.metrics().live()).isZero();
            assertThat(head.metrics().queued()).isZero();
        });
    }

    @Test
    void saysWhatTheBatcherSays() {
        for (int number = 0; number < 8; number++) {
            SequenceRequest request = Requests.number(number);
            List<SequenceToken> here = Requests.answer(head.answers(), request);
            List<SequenceToken> there = Requests.answer(remote, request);
            assertThat(Requests.said(there)).as("request %d", number).isEqualTo(Requests.said(here));
            assertThat(there.getLast().finish()).isEqualTo(here.getLast().finish());
            SequenceRequest rest = request.resume(new Resumed(
                    request.echo() ? request.prompt().length : 0,
                    new int[] {here.get(here.size() - Requests.ANSWER).id()}));
            assertThat(Requests.said(Requests.answer(remote, rest)))
                    .isEqualTo(Requests.said(here.subList(here.size() - Requests.ANSWER + 1, here.size())));
        }
        awaitIdle();
    }

    @Test
    void aDeadlineAndBoundsHoldAtTheHead() {
        Scheduling urgent =
                Scheduling.DEFAULT.within(4, 1).withDeadline(Instant.now().plusMillis(1_500));
        StepVerifier.create(remote.open(Requests.number(1).scheduled(urgent)), 1)
                .expectNextCount(1)
                .then(() -> assertThat(head.metrics().flow().mostInFlight()).isEqualTo(1))
                .expectErrorMatches(late -> late instanceof ExofluxException told
                        && told.code() == ErrorCode.DEADLINE_EXCEEDED
                        && String.valueOf(told.getMessage()).contains("before its answer had ended"))
                .verify(Heads.PATIENCE);
        awaitIdle();
    }

    @Test
    void answersManyAtOnce() {
        List<List<SequenceToken>> here = Flux.range(0, 8)
                .map(number -> Requests.answer(head.answers(), Requests.number(number)))
                .collectList()
                .block(Heads.PATIENCE);
        List<List<SequenceToken>> there = Flux.range(0, 8)
                .flatMapSequential(
                        number -> remote.open(Requests.number(number)).collectList())
                .collectList()
                .block(Heads.PATIENCE);
        assertThat(Objects.requireNonNull(there).stream().map(Requests::said))
                .isEqualTo(Objects.requireNonNull(here).stream()
                        .map(Requests::said)
                        .toList());
    }

    @Test
    void costsAsManyStepsAsTokensWereAskedFor() {
        StepVerifier.create(remote.open(Requests.number(0)), 0)
                .thenRequest(7)
                .expectNextCount(7)
                .then(this::awaitRest)
                .then(() -> assertThat(sequence().steps()).isEqualTo(7))
                .thenRequest(1)
                .expectNextCount(1)
                .then(this::awaitRest)
                .then(() -> assertThat(sequence().steps()).isEqualTo(8))
                .thenCancel()
                .verify(Heads.PATIENCE);
        awaitIdle();
    }

    /** Nothing travels any more. */
    private void awaitRest() {
        await().atMost(Heads.PATIENCE).until(() -> head.metrics().batchesInFlight() == 0);
    }

    @Test
    void retiresTheSequenceWhenItsReaderLeaves() {
        StepVerifier.create(remote.open(Requests.number(1)), 3)
                .expectNextCount(3)
                .then(() -> assertThat(head.metrics().live()).isEqualTo(1))
                .thenCancel()
                .verify(Heads.PATIENCE);
        awaitIdle();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void retiresTheSequenceWhenTheTwoLoseEachOther(boolean silent) {
        StepVerifier.create(remote.open(Requests.number(1)), 3)
                .expectNextCount(3)
                .then(silent ? head.link()::stall : head.link()::cut)
                .expectErrorSatisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.PEER_LOST))
                .verify(Heads.PATIENCE);
        awaitIdle();
    }

    @Test
    void callsItsReaderOnNoEventLoop() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        remote.open(Requests.number(0))
                .doOnNext(token -> threads.add(Thread.currentThread().getName()))
                .blockLast(Heads.PATIENCE);
        assertThat(threads).isNotEmpty().allMatch(name -> name.startsWith("parallel-"));
    }

    @Test
    void saysThatTheModelIsNotAnsweredForHere() {
        RemoteAnswers unknown = new RemoteAnswers(heads.entry(), head.link().address(), "org/other");
        StepVerifier.create(unknown.open(Requests.number(0)))
                .expectErrorSatisfies(failure -> {
                    assertThat(code(failure)).isEqualTo(ErrorCode.RING_UNKNOWN);
                    assertThat(failure).hasMessageContaining("org/other").hasMessageContaining("\nMaybe");
                })
                .verify(Heads.PATIENCE);
    }

    @Test
    void saysWhatTheBatcherFailsWith() {
        head.answers().shutdown(Duration.ZERO).block(Heads.PATIENCE);
        StepVerifier.create(remote.open(Requests.number(0)))
                .expectErrorSatisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.SHUTTING_DOWN))
                .verify(Heads.PATIENCE);
    }

    @Test
    void saysThatTheHeadIsLost() {
        StepVerifier.create(remote.open(Requests.number(0)), 3)
                .expectNextCount(3)
                .then(head.link()::close)
                .thenRequest(1000)
                .thenConsumeWhile(token -> true)
                .expectErrorSatisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.PEER_LOST))
                .verify(Heads.PATIENCE);
        StepVerifier.create(remote.open(Requests.number(0)))
                .expectErrorSatisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.PEER_LOST))
                .verify(Heads.PATIENCE);
    }

    @Test
    void reachesAHeadThatWasNotThereBefore() {
        HopEndpoint before = HopEndpoint.bind("127.0.0.1", 0, StageHost.NONE, WireSettings.DEFAULTS, null);
        before.close();
        RemoteAnswers returning = new RemoteAnswers(heads.entry(), before.address(), Heads.MODEL);
        StepVerifier.create(returning.open(Requests.number(0)))
                .expectErrorSatisfies(failure -> assertThat(code(failure)).isEqualTo(ErrorCode.PEER_LOST))
                .verify(Heads.PATIENCE);
        HopEndpoint again = bind(before.address().port(), head.answers());
        assertThat(Requests.answer(returning, Requests.number(0))).hasSize(Requests.ANSWER);
        again.close();
    }

    private static HopEndpoint bind(int port, Answers answers) {
        Map<StreamKind, StreamService> services = Map.of(StreamKind.ANSWERS, new AnswerService(model -> answers));
        return HopEndpoint.bind("127.0.0.1", port, StageHost.NONE, services, WireSettings.DEFAULTS, null);
    }

    @Test
    void takesAPromptThatIsLongerThanAFrame() {
        Answers counting = request -> Flux.just(
                new SequenceToken(request.prompt().length, false, null, request.prompt()[199_999], FinishReason.STOP));
        HopEndpoint endpoint = bind(0, counting);
        int[] prompt = Requests.prompt(200_000, 1);
        StepVerifier.create(new RemoteAnswers(heads.entry(), endpoint.address(), Heads.MODEL)
                        .open(new SequenceRequest(prompt, SamplingSettings.GREEDY, 1, Set.of(), false)))
                .expectNext(new SequenceToken(200_000, false, null, prompt[199_999], FinishReason.STOP))
                .expectComplete()
                .verify(Heads.PATIENCE);
        endpoint.close();
    }

    private static ErrorCode code(Throwable failure) {
        assertThat(failure).isInstanceOf(ExofluxException.class);
        return ((ExofluxException) failure).code();
    }
}
