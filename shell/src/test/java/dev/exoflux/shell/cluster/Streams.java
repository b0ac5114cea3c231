package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Four answers that are read at once: two of the likeliest tokens, two drawn by a seed. */
final class Streams {

    private static final Map<Question, Reader.Answer> UNDISTURBED = new ConcurrentHashMap<>();

    /** Short prompts and answers that take seconds. */
    static final List<Question> DECODING = questions(20, 500);

    /** Prompts that take seconds. */
    static final List<Question> PREFILLING = questions(1700, 60);

    /** Numbers of prompts that nothing is known of yet: what was computed once is not computed again. */
    private static final AtomicInteger NEXT = new AtomicInteger(2000);

    private final List<Reader> readers;

    private Streams(List<Reader> readers) {
        this.readers = readers;
    }

    private static List<Question> questions(int promptTokens, int tokens) {
        return IntStream.range(0, 4)
                .mapToObj(i -> {
                    Question greedy = Question.of(promptTokens + i, promptTokens + 3 * i, tokens);
                    return i % 2 == 0 ? greedy : greedy.sampled(1000 + i);
                })
                .toList();
    }

    /** Answers these questions while nothing happens, to compare with later. */
    static void undisturbed(ClusterProcess peer, List<Question> questions) {
        List<Reader> readers = questions.stream()
                .filter(question -> !UNDISTURBED.containsKey(question))
                .map(question -> Reader.of(peer, question))
                .toList();
        for (Reader reader : readers) {
            Reader.Answer answer = reader.answer();
            assertThat(answer.error()).isNull();
            assertThat(answer.ids()).hasSize(reader.question().tokens());
            UNDISTURBED.put(reader.question(), answer);
        }
    }

    /** What was answered while nothing happened, or what is answered now. */
    static Reader.Answer undisturbed(Reader reader) {
        return UNDISTURBED.computeIfAbsent(
                reader.question(), question -> reader.again().answer());
    }

    /** Asks these peers in turn for answers to prompts that take seconds, and that nobody has computed before. */
    static Streams prefilling(List<ClusterProcess> peers) {
        List<Question> fresh = IntStream.range(0, 4)
                .mapToObj(i -> {
                    Question greedy = Question.of(NEXT.getAndIncrement(), 1700 + 3 * i, 60);
                    return i % 2 == 0 ? greedy : greedy.sampled(1000 + i);
                })
                .toList();
        return at(peers, fresh);
    }

    /** Asks these peers in turn. */
    static Streams at(List<ClusterProcess> peers, List<Question> questions) {
        return new Streams(IntStream.range(0, questions.size())
                .mapToObj(i -> Reader.of(peers.get(i % peers.size()), questions.get(i)))
                .toList());
    }

    Streams and(Streams others) {
        return new Streams(
                Stream.concat(readers.stream(), others.readers.stream()).toList());
    }

    /** Until each has given so many tokens; none may have ended. */
    Streams awaitTokens(int tokens) {
        await("tokens")
                .pollInterval(Duration.ofMillis(2))
                .atMost(ClusterProcess.PATIENCE)
                .until(() -> {
                    readers.stream().filter(Reader::ended).findFirst().ifPresent(reader -> {
                        throw new AssertionError("ended before anything happened: " + reader.answer());
                    });
                    return readers.stream().allMatch(reader -> reader.tokens() >= tokens);
                });
        return this;
    }

    /** Until one of them has given so many tokens, or has ended. */
    void awaitAnyTokens(int tokens) {
        await("a token")
                .pollInterval(Duration.ofMillis(2))
                .atMost(ClusterProcess.PATIENCE)
                .until(() -> readers.stream().anyMatch(reader -> reader.tokens() >= tokens || reader.ended()));
    }

    List<Reader> readers() {
        return readers;
    }

    /** The most tokens that one of them has given so far. */
    int mostTokens() {
        return readers.stream().mapToInt(Reader::tokens).max().orElse(0);
    }

    /** Waits for all of them and compares each with what was answered undisturbed. */
    void assertUndisturbed() {
        for (Reader reader : readers) {
            Reader.Answer answer = reader.answer();
            Reader.Answer expected = undisturbed(reader);
            assertThat(answer.error())
                    .as("%d tokens, then", answer.ids().size())
                    .isNull();
            assertThat(answer.ids()).isEqualTo(expected.ids());
            assertThat(answer).isEqualTo(expected);
        }
    }

    Duration longestPause() {
        return readers.stream()
                .map(Reader::longestPause)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }
}
