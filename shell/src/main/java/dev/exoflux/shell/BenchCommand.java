package dev.exoflux.shell;

import dev.exoflux.kernels.MemoryBandwidth;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** {@code exoflux bench}: how fast a model runs here. */
final class BenchCommand extends ExofluxCommand {

    /** Rounds before the measured ones: by then the kernels are compiled for the shapes that are measured. */
    private static final int WARM_UP_ROUNDS = 2;

    BenchCommand(Console console) {
        super(
                "bench",
                "[--model NAME] [--prompt-tokens N] [--generate N] [--concurrency N] [--json]",
                "Measure prefill, decoding, latency and memory of a model",
                console,
                ComputeOptions.after(
                        Options.text("model", "Which model (exoflux/tiny)"),
                        Options.number("prompt-tokens", "Tokens of each prompt (512)"),
                        Options.number("generate", "Tokens of each answer (128)"),
                        Options.number("concurrency", "Sequences at once (1)"),
                        Options.number("repeats", "Measured rounds, of which the median counts (3)"),
                        Options.number("stages", "Stages the model is cut into (1)"),
                        Options.flag("json", "One JSON object instead of a table")));
    }

    @Override
    int run(Options options) {
        int promptTokens = options.number("prompt-tokens", 512, 1, 1 << 20);
        int generate = options.number("generate", 128, 2, 1 << 20);
        int concurrency = options.number("concurrency", 1, 1, 1024);
        int repeats = options.number("repeats", 3, 1, 1000);
        PipelineSettings defaults = PipelineSettings.DEFAULTS;
        PipelineSettings settings = new PipelineSettings(
                options.number("stages", 1, 1, 1024),
                promptTokens + generate,
                concurrency,
                concurrency,
                defaults.prefillChunk(),
                defaults.cacheBytes(),
                0, // every prompt is to be computed
                defaults.grace());
        try (InProcessPeer peer = InProcessPeer.start(
                console(),
                options.text("model").orElse(LocalAssistant.BUILT_IN),
                settings,
                ComputeOptions.settings(options, console()))) {
            List<BenchRun> runs = measure(peer, promptTokens, generate, concurrency, repeats);
            note("measuring the memory's bandwidth");
            BenchReport report = new BenchReport(
                    peer.model(),
                    "%s, %d threads".formatted(peer.backend(), peer.threads()),
                    promptTokens,
                    generate,
                    concurrency,
                    runs,
                    peer.peer().weightBytes(peer.model()),
                    MemoryBandwidth.measure(peer.threads()),
                    PeakMemory.bytes());
            note("");
            console()
                    .out()
                    .println(
                            options.flag("json")
                                    ? new JsonMapper().writeValueAsString(report.fields())
                                    : report.table());
        }
        return CommandLine.OK;
    }

    private List<BenchRun> measure(InProcessPeer peer, int promptTokens, int generate, int concurrency, int repeats) {
        List<BenchRun> runs = new ArrayList<>();
        for (int round = 0; round < WARM_UP_ROUNDS + repeats; round++) {
            boolean warmUp = round < WARM_UP_ROUNDS;
            note(warmUp ? "warming up" : "round %d of %d".formatted(round - WARM_UP_ROUNDS + 1, repeats));
            BenchRun run = round(peer, promptTokens, generate, concurrency, round);
            if (!warmUp) {
                runs.add(run);
            }
        }
        return runs;
    }

    private static BenchRun round(InProcessPeer peer, int promptTokens, int generate, int concurrency, int round) {
        long start = System.nanoTime();
        List<long[]> times = Flux.range(0, concurrency)
                .flatMap(
                        sequence -> arrivals(peer, promptTokens, generate, round * 1024L + sequence, start),
                        concurrency)
                .collectList()
                .block(); // the edge: a command measures until it is done
        if (times == null || times.stream().anyMatch(arrivals -> arrivals.length < 2)) {
            throw ExofluxException.invalid("--generate", "the model ended before two tokens.");
        }
        return new BenchRun(promptTokens, times);
    }

    /** When each token of one answer arrived. */
    private static Mono<long[]> arrivals(InProcessPeer peer, int promptTokens, int generate, long seed, long start) {
        GenerationRequest request = new GenerationRequest(
                peer.model(),
                new Prompt.Ids(prompt(peer, promptTokens, seed)),
                SamplingSettings.GREEDY,
                generate,
                List.of(),
                true,
                false);
        return peer.peer()
                .generate(request)
                .map(token -> System.nanoTime() - start)
                .collectList()
                .map(times -> times.stream().flatMapToLong(LongStream::of).toArray());
    }

    /** Random tokens, different for every sequence, so that nothing computed before can serve again. */
    private static List<Integer> prompt(InProcessPeer peer, int tokens, long seed) {
        return new SplittableRandom(seed)
                .ints(tokens, 0, peer.vocabularySize())
                .boxed()
                .toList();
    }

    private void note(String what) {
        if (console().terminal()) {
            console().err().print("\r\033[K" + what);
            console().err().flush();
        }
    }
}
