package dev.exoflux.benchmarks;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.AnsweringModel;
import dev.exoflux.pipeline.HostedShard;
import dev.exoflux.pipeline.Mesh;
import dev.exoflux.pipeline.ModelProposer;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Proposers;
import dev.exoflux.pipeline.RingAnswers;
import dev.exoflux.pipeline.Rings;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceToken;
import dev.exoflux.pipeline.Speculation;
import dev.exoflux.pipeline.StageMessage;
import dev.exoflux.pipeline.placement.Planner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What speculation gains: the built-in model on three stages with a delay at each crossing, with its draft and without, in turn.
 * No JMH benchmark, because what counts is the ratio of two that take turns.
 */
public final class SpeculationGain {

    private static final int ROUNDS = 7;
    private static final int ANSWER = 64;
    private static final int CONTEXT = 512;
    private static final int STAGES = 3;
    private static final int AT_ONCE = 8;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final List<String> QUESTIONS = List.of(
            "What is a hop?",
            "What is backpressure?",
            "Tell me about the validator.",
            "Explain speculative decoding to me.",
            "Write a short story about a peer.",
            "What is 3 + 4?",
            "Who are you?",
            "List three colours.");

    private SpeculationGain() {}

    /** A ring in this process on which every crossing takes {@code delay}. */
    private record Delayed(List<HostedShard> shards, Duration delay) implements Mesh {

        static Delayed of(ModelDirectory model, int stages, CpuBackend backend, Duration delay) {
            List<HostedShard> shards = new ArrayList<>();
            for (Shard shard : Planner.tile(model.config().layers(), stages)) {
                shards.add(HostedShard.load(model, shard, backend));
            }
            return new Delayed(shards, delay);
        }

        @Override
        public int stages() {
            return shards.size();
        }

        @Override
        public long cacheBytes() {
            return 0;
        }

        @Override
        public Flux<StageMessage> ring(Flux<StageMessage> entry) {
            Flux<StageMessage> messages = entry;
            for (HostedShard shard : shards) {
                messages = shard.stage().process(messages);
                messages = delay.isZero() ? messages : messages.delaySequence(delay);
            }
            return messages;
        }

        @Override
        public void close() {
            shards.forEach(HostedShard::close);
        }
    }

    /**
     * Prints a line for one answer at a time and one for eight.
     *
     * @param args milliseconds of a crossing, 2 where none are given; a directory for the models, which are unpacked there
     */
    public static void main(String[] args) {
        Duration delay = Duration.ofMillis(args.length > 0 ? Long.parseLong(args[0]) : 2);
        Path home = Path.of(args.length > 1 ? args[1] : System.getProperty("java.io.tmpdir"), "exoflux-benchmark");
        ModelRepository models = new ModelRepository(home, home);
        ModelDirectory tiny = models.resolve("exoflux/tiny");
        PipelineSettings settings = PipelineSettings.DEFAULTS.promising(CONTEXT, AT_ONCE);
        try (CpuBackend backend = CpuBackends.create(2, CpuBackends.Choice.BEST);
                Delayed ring = Delayed.of(tiny, STAGES, backend, delay);
                Delayed draft = Delayed.of(models.resolve("exoflux/tiny-draft"), 1, backend, Duration.ZERO);
                AnsweringModel text = AnsweringModel.open(tiny, CONTEXT, home)) {
            RingAnswers drafts = RingAnswers.of(Rings.of(draft), settings, AT_ONCE, 64, 16, Proposers.WITHOUT_MODELS);
            RingAnswers answers = RingAnswers.of(
                    Rings.of(ring),
                    settings,
                    AT_ONCE,
                    64,
                    16,
                    id -> new ModelProposer(drafts, CONTEXT, Integer.MAX_VALUE));
            List<int[]> prompts = Flux.fromIterable(QUESTIONS)
                    .concatMap(question -> text.encode(
                            new Prompt.Chat(List.of(Map.of("role", "user", "content", question)), Map.of())))
                    .collectList()
                    .blockOptional()
                    .orElseThrow();
            System.out.printf("%d stages, %d ms from each to the next%n", STAGES, delay.toMillis());
            compare(answers, prompts, 1);
            compare(answers, prompts, AT_ONCE);
            Mono.when(answers.shutdown(GRACE), drafts.shutdown(GRACE)).block();
        }
    }

    private static void compare(RingAnswers answers, List<int[]> prompts, int atOnce) {
        double[] plain = new double[ROUNDS];
        double[] speculating = new double[ROUNDS];
        long plainRounds = 0;
        long speculatingRounds = 0;
        for (int round = -2; round < ROUNDS; round++) {
            long before = answers.metrics().batches();
            double without = seconds(answers, prompts, null, atOnce);
            long between = answers.metrics().batches();
            double with = seconds(answers, prompts, Speculation.by("draft", 4), atOnce);
            if (round >= 0) {
                plain[round] = without;
                speculating[round] = with;
                plainRounds += between - before;
                speculatingRounds += answers.metrics().batches() - between;
            }
        }
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(ratios, i -> plain[i] / speculating[i]);
        double tokens = ROUNDS * (double) prompts.size() * ANSWER;
        System.out.printf(
                "%d at once: %.1f tokens/s alone, %.1f with a draft: %.2f times (%.2f to %.2f); tokens a round %.2f and %.2f%n",
                atOnce,
                tokens / Arrays.stream(plain).sum(),
                tokens / Arrays.stream(speculating).sum(),
                median(ratios),
                ratios[0],
                ratios[ROUNDS - 1],
                tokens / plainRounds,
                tokens / speculatingRounds);
    }

    private static double seconds(
            RingAnswers answers, List<int[]> prompts, @Nullable Speculation speculation, int atOnce) {
        long start = System.nanoTime();
        Flux.fromIterable(prompts)
                .map(prompt -> new SequenceRequest(prompt, SamplingSettings.GREEDY, ANSWER, Set.of(), false)
                        .speculating(speculation))
                .flatMap(request -> answers.open(request).map(SequenceToken::id), atOnce)
                .blockLast();
        return (System.nanoTime() - start) / 1e9;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
