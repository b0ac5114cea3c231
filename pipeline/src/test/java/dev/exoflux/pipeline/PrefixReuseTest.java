package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.kernels.CpuBackends.Choice;
import dev.exoflux.model.Sampled;
import dev.exoflux.model.SamplingSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What is reused changes no token and no log-probability, bit for bit, on real models. */
final class PrefixReuseTest {

    private static final int ANSWER = 20;

    /** What must not depend on the cache. */
    private record Chosen(int id, Sampled.@Nullable Logprobs logprobs) {}

    private static PipelineSettings settings(int stages, int chunk, long prefixBytes) {
        return new PipelineSettings(stages, 256, 8, 100, chunk, 0, prefixBytes, TestRing.PATIENCE, TestRing.PATIENCE);
    }

    /** Draws that depend on every token before them, by the penalties too. */
    private static SequenceRequest request(int[] prompt, int maxTokens, long seed) {
        SamplingSettings sampling = SamplingSettings.builder()
                .temperature(0.9f)
                .repetitionPenalty(1.2f)
                .frequencyPenalty(0.3f)
                .seed(seed)
                .topLogprobs(4)
                .build();
        return new SequenceRequest(prompt, sampling, maxTokens, Set.of(), false);
    }

    private static Mono<List<SequenceToken>> collect(TestRing ring, SequenceRequest request) {
        return ring.batcher().open(request).collectList();
    }

    private static List<SequenceToken> answer(TestRing ring, SequenceRequest request) {
        return Objects.requireNonNull(collect(ring, request).block(TestRing.PATIENCE));
    }

    private static List<Chosen> chosen(List<SequenceToken> tokens) {
        return tokens.stream()
                .map(token -> new Chosen(token.id(), token.logprobs()))
                .toList();
    }

    /** {@code length} tokens of a prompt, and then others. */
    private static int[] diverging(int[] prompt, int length) {
        int[] other = prompt.clone();
        for (int i = length; i < other.length; i++) {
            other[i] = (prompt[i] + 1) % 300;
        }
        return other;
    }

    @ParameterizedTest
    @CsvSource({
        "qwen2-window, SCALAR, 1",
        "qwen2-window, BEST, 3",
        "llama-q4-g64-tied, BEST, 1",
        "llama-q4-g64-tied, BEST, 2"
    })
    void anAnswerIsTheSameWhereverItsPromptWasComputed(String checkpoint, Choice kernels, int stages) {
        int[] prompt = TestRing.prompt(150, 7);
        SequenceRequest request = request(prompt, ANSWER, 11);
        List<Chosen> alone;
        try (TestRing ring = new TestRing(checkpoint, 1, kernels, settings(stages, 64, 0), Long.MAX_VALUE)) {
            alone = chosen(answer(ring, request));
        }
        for (int common : new int[] {15, 16, 63, 64, 65, 100, 128, 149}) {
            PipelineSettings settings = settings(stages, 40, PipelineSettings.AUTOMATIC_BYTES);
            try (TestRing ring = new TestRing(checkpoint, 2, kernels, settings, Long.MAX_VALUE)) {
                answer(ring, request(diverging(prompt, common), ANSWER, 5));
                List<SequenceToken> first = answer(ring, request);
                assertThat(chosen(first)).as("%d tokens in common", common).isEqualTo(alone);
                assertThat(first).allMatch(token -> token.cachedTokens() == (common < PrefixCache.LEAST ? 0 : common));
                List<SequenceToken> again = answer(ring, request);
                assertThat(chosen(again)).isEqualTo(alone);
                assertThat(again).allMatch(token -> token.cachedTokens() == 149);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void severalAnswersToOnePromptComputeItOnce(int stages) {
        int[] prompt = TestRing.prompt(150, 7);
        List<List<Chosen>> alone = new ArrayList<>();
        try (TestRing ring = TestRing.open(settings(stages, 32, 0))) {
            for (int seed = 0; seed < 8; seed++) {
                alone.add(chosen(answer(ring, request(prompt, ANSWER, seed))));
            }
        }
        assertThat(Set.copyOf(alone)).hasSizeGreaterThan(4);
        try (TestRing ring = TestRing.open(settings(stages, 32, PipelineSettings.AUTOMATIC_BYTES))) {
            List<List<SequenceToken>> together = Flux.range(0, 8)
                    .flatMapSequential(seed -> collect(ring, request(prompt, ANSWER, seed)), 8)
                    .collectList()
                    .block(TestRing.PATIENCE);
            assertThat(together).extracting(PrefixReuseTest::chosen).isEqualTo(alone);
            assertThat(ring.batcher().metrics().prefixes().reusedTokens()).isGreaterThanOrEqualTo(7 * (149 - 15));
        }
    }

    @Test
    void aSequenceThatIsReadSlowlySharesAndGoesItsOwnWay() {
        int[] prompt = TestRing.prompt(100, 7);
        SequenceRequest slow = request(prompt, 60, 1);
        SequenceRequest fast = request(diverging(prompt, 90), 60, 2);
        List<Chosen> slowAlone;
        List<Chosen> fastAlone;
        try (TestRing ring = TestRing.open(settings(2, 32, 0))) {
            slowAlone = chosen(answer(ring, slow));
            fastAlone = chosen(answer(ring, fast));
        }
        try (TestRing ring = TestRing.open(settings(2, 32, PipelineSettings.AUTOMATIC_BYTES))) {
            List<SequenceToken> read = new ArrayList<>();
            StepVerifier.create(ring.batcher().open(slow).doOnNext(read::add), 5)
                    .expectNextCount(5)
                    .then(() -> {
                        List<SequenceToken> beside = answer(ring, fast);
                        assertThat(chosen(beside)).isEqualTo(fastAlone);
                        assertThat(beside.getFirst().cachedTokens()).isEqualTo(90);
                    })
                    .thenRequest(55)
                    .expectNextCount(55)
                    .expectComplete()
                    .verify(TestRing.PATIENCE);
            assertThat(chosen(read)).isEqualTo(slowAlone);
        }
    }

    @Test
    void theNextTurnOfAConversationComputesOnlyWhatIsNew() {
        int[] first = TestRing.prompt(70, 7);
        try (TestRing ring = TestRing.open(settings(3, 16, PipelineSettings.AUTOMATIC_BYTES));
                TestRing plain = TestRing.open(settings(3, 16, 0))) {
            int[] ids = answer(ring, request(first, ANSWER, 3)).stream()
                    .mapToInt(SequenceToken::id)
                    .toArray();
            int[] second = join(first, ids, TestRing.prompt(9, 8));
            List<SequenceToken> next = answer(ring, request(second, ANSWER, 3));
            assertThat(next.getFirst().cachedTokens()).isEqualTo(70 + ANSWER - 1);
            assertThat(chosen(next)).isEqualTo(chosen(answer(plain, request(second, ANSWER, 3))));
            assertThat(ring.batcher().metrics().prefixes().sequences()).isEqualTo(1);
        }
    }

    private static int[] join(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    /** Memory for a few sequences, two thirds of it for those that have ended: somebody is always in the way. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void twoHundredConversationsUnderPressureAreAnsweredAsIfAlone(int stages) {
        try (TestRing plain = TestRing.open(settings(stages, 256, 0))) {
            long block = plain.blockBytes();
            PipelineSettings settings =
                    new PipelineSettings(stages, 256, 5, 100, 32, 0, 10 * block, TestRing.PATIENCE, TestRing.PATIENCE);
            try (TestRing ring = new TestRing(TestRing.THREE_LAYERS, 1, Choice.SCALAR, settings, 16 * block)) {
                Flux.range(0, 200)
                        .flatMap(number -> new Conversation(ring, plain, number).run(), 12)
                        .blockLast(TestRing.PATIENCE.multipliedBy(6));

                await().atMost(TestRing.PATIENCE).untilAsserted(() -> {
                    BatcherMetrics metrics = ring.batcher().metrics();
                    assertThat(metrics.live()).isZero();
                    assertThat(metrics.prefixes().reusedTokens()).isGreaterThan(5000);
                    assertThat(metrics.prefixes().bytes())
                            .isBetween(block, 10 * block)
                            .isEqualTo(metrics.reservedBytes())
                            .isEqualTo(metrics.cacheBytes());
                });
            }
        }
    }

    /** One to three turns behind one of three system prompts, and sometimes a reader who leaves. */
    private static final class Conversation {
        private final TestRing ring;
        private final TestRing plain;
        private final Random random;
        private int[] prompt;

        Conversation(TestRing ring, TestRing plain, int number) {
            this.ring = ring;
            this.plain = plain;
            this.random = new Random(number);
            this.prompt = TestRing.prompt(30 + 25 * (number % 3), number % 3);
        }

        Mono<Void> run() {
            return Flux.range(0, 1 + random.nextInt(3))
                    .concatMap(turn -> turn())
                    .then();
        }

        private Mono<Void> turn() {
            return Mono.defer(() -> {
                int[] said = random.ints(3 + random.nextInt(25), 0, 300).toArray();
                int wanted = 2 + random.nextInt(10);
                int read = random.nextInt(4) == 0 ? 1 + random.nextInt(wanted) : wanted;
                SequenceRequest request = request(join(prompt, said), wanted, random.nextInt(5));
                return Mono.zip(
                                ring.batcher()
                                        .open(request)
                                        .take(read)
                                        .collectList()
                                        .subscribeOn(Schedulers.parallel()),
                                collect(plain, request))
                        .doOnNext(both -> {
                            assertThat(chosen(both.getT1()))
                                    .isEqualTo(chosen(both.getT2()).subList(0, read));
                            int[] ids = both.getT1().stream()
                                    .mapToInt(SequenceToken::id)
                                    .toArray();
                            prompt = join(request.prompt(), ids);
                        })
                        .then();
            });
        }
    }
}
