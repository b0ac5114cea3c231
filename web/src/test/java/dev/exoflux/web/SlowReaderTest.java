package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.pipeline.Token;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Whoever reads a stream sets its pace, down to the socket. Counted are the tokens that were asked for. */
final class SlowReaderTest {

    private static final String CHAT = """
            {"messages": [{"role": "user", "content": "Hello"}], "stream": true}""";

    private final TestServer server = TestServer.scripted();
    private final AtomicLong made = new AtomicLong();
    private final AtomicBoolean cancelled = new AtomicBoolean();

    /** Endless answers, made on another thread as a model's are. */
    @BeforeEach
    void answerForEver() {
        server.peer()
                .script(request -> Flux.generate(sink -> {
                            made.incrementAndGet();
                            sink.next(ScriptedPeer.token('x'));
                        })
                        .subscribeOn(Schedulers.parallel())
                        .cast(Token.class)
                        .doOnCancel(() -> cancelled.set(true)));
    }

    @Test
    void aReaderThatStopsStopsTheAnswerAfterABoundedNumberOfTokens() throws IOException {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.post("/v1/chat/completions", CHAT);
            client.nextEvent();
            long stopped = settled();
            assertThat(stopped).isLessThan(500);
            for (int i = 0; i < 200; i++) {
                client.nextEvent();
            }
            await().until(() -> made.get() > stopped);
            assertThat(settled()).isLessThan(stopped + 500);
        }
    }

    @Test
    void aReaderThatStopsForTooLongCountsAsGone() throws IOException {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.post("/v1/chat/completions", CHAT);
            client.nextEvent();
            await().atMost(Duration.ofSeconds(20)).untilTrue(cancelled);
        }
    }

    @Test
    void aReaderThatLeavesCancelsTheAnswer() throws IOException {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.post("/v1/chat/completions", CHAT);
            client.nextEvent();
        }
        await().untilTrue(cancelled);
    }

    @Test
    void aReaderThatLeavesBeforeTheFirstTokenCancelsTheAnswer() throws IOException {
        server.peer()
                .script(request -> Flux.never()
                        .cast(Token.class)
                        .doOnSubscribe(s -> made.incrementAndGet())
                        .doOnCancel(() -> cancelled.set(true)));
        for (String stream : new String[] {"true", "false"}) {
            cancelled.set(false);
            made.set(0);
            try (RawClient client = new RawClient(server.port(), 4096)) {
                client.post("/v1/chat/completions", CHAT.replace("true", stream));
                await().until(() -> made.get() == 1);
            }
            await().untilTrue(cancelled);
        }
    }

    /** The count once it has not moved for a while. */
    private long settled() {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(300)).until(() -> last.getAndSet(made.get()) == made.get());
        return made.get();
    }
}
