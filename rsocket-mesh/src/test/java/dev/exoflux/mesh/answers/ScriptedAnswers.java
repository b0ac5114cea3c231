package dev.exoflux.mesh.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceToken;
import dev.exoflux.pipeline.Token.FinishReason;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.test.publisher.TestPublisher;

/** A batcher that says what the test has it say. */
final class ScriptedAnswers implements Answers {

    private final List<SequenceRequest> requests = new ArrayList<>();
    private TestPublisher<SequenceToken> stream = TestPublisher.create();

    @Override
    public Flux<SequenceToken> open(SequenceRequest request) {
        return Flux.defer(() -> {
            requests.add(request);
            stream = TestPublisher.create();
            return stream.flux();
        });
    }

    /** How often it was asked. */
    int opened() {
        return requests.size();
    }

    /** What the answer had come to when it was asked last. */
    SequenceRequest.Resumed resumed() {
        SequenceRequest.Resumed resumed = requests.getLast().resumed();
        assertThat(resumed).isNotNull();
        return resumed;
    }

    boolean fresh() {
        return requests.getLast().resumed() == null;
    }

    /** The newest answer. */
    TestPublisher<SequenceToken> stream() {
        return stream;
    }

    void say(int... ids) {
        for (int id : ids) {
            stream.next(token(id));
        }
    }

    void fail(ErrorCode code) {
        stream.error(new ExofluxException(code, code + " here.\nMaybe elsewhere."));
    }

    static SequenceToken token(int id) {
        return new SequenceToken(id, false, null, 0, null);
    }

    static SequenceToken last(int id) {
        return new SequenceToken(id, false, null, 0, FinishReason.STOP);
    }
}
