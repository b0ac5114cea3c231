package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;

/** Tokens change threads, and nobody asks for more than the reader did. */
final class HandoverTest {

    private final Queue<Runnable> thread = new ArrayDeque<>();
    private final TestPublisher<SequenceToken> source = TestPublisher.create();

    private Reader read(long demand) {
        Reader reader = new Reader(demand);
        Handover.to(Schedulers.fromExecutor(thread::add), source.flux()).subscribe(reader);
        return reader;
    }

    private void say(int... ids) {
        for (int id : ids) {
            source.next(new SequenceToken(id, false, null, 0, null));
        }
    }

    private void run() {
        while (!thread.isEmpty()) {
            thread.remove().run();
        }
    }

    @Test
    void passesDemandOnAsItIs() {
        Reader reader = read(0);
        source.assertMaxRequested(0);
        reader.request(3);
        source.assertMinRequested(3);
        source.assertMaxRequested(3);
        say(1, 2);
        run();
        reader.request(1);
        source.assertMaxRequested(2);
        assertThat(reader.ids()).containsExactly(1, 2);
    }

    @Test
    void callsItsReaderOnTheOtherThreadOnly() {
        Reader reader = read(2);
        say(1);
        assertThat(reader.tokens()).isEmpty();
        run();
        assertThat(reader.ids()).containsExactly(1);
    }

    @Test
    void asksForNoMoreThanABusyReaderHasRoomFor() {
        Reader reader = read(Long.MAX_VALUE);
        source.assertMaxRequested(Delivery.BACKLOG);
        for (int i = 0; i < Delivery.BACKLOG; i++) {
            say(i);
        }
        source.assertMaxRequested(0);
        run();
        source.assertMinRequested(Delivery.BACKLOG);
        source.assertMaxRequested(Delivery.BACKLOG);
        assertThat(reader.tokens()).hasSize(Delivery.BACKLOG);
    }

    @Test
    void tellsOfTheEndBehindTheTokensBeforeIt() {
        Reader reader = read(5);
        say(1, 2);
        source.error(new IllegalStateException("lost"));
        assertThat(reader.error()).isNull();
        run();
        assertThat(reader.ids()).containsExactly(1, 2);
        assertThat(reader.error()).hasMessage("lost");
    }

    @Test
    void completesBehindTheLastToken() {
        Reader reader = read(1);
        say(1);
        source.complete();
        run();
        assertThat(reader.ids()).containsExactly(1);
        assertThat(reader.completed()).isTrue();
    }

    @Test
    void passesACancelOn() {
        Reader reader = read(5);
        say(1);
        reader.cancel();
        run();
        source.assertCancelled();
        assertThat(reader.tokens()).isEmpty();
    }
}
