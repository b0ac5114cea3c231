package dev.exoflux.shell;

import dev.exoflux.kernels.MemoryBandwidth;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.weights.ModelCard;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Prompt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** {@code exoflux bench}: how fast a model runs here. */
final class BenchCommand extends ExofluxCommand {

    /** Rounds before the measured ones, until the kernels are compiled for the shapes that are measured. */
    private static final int LEAST_WARM_UP = 2;

    /** A round that is faster by more than this says that the compiler was still at work. */
    private static final double STILL_RISING = 1.03;

    BenchCommand(Console console) {
        super(
                "bench",
                "[--model NAME] [--prompt-tokens N] [--generate N] [--concurrency N] [--compare-llama-cpp PATH] [--json]",
                "Measure prefill, decoding, latency and memory of a model",
                console,
                ComputeOptions.after(
                        Options.text("model", "Which model (exoflux/tiny)"),
                        Options.number("prompt-tokens", "Tokens of each prompt (512)"),
                        Options.number("generate", "Tokens of each answer (128)"),
                        Options.number("concurrency", "Sequences at once (1)"),
                        Options.number("repeats", "Measured rounds, of which the median counts (3)"),
                        Options.number("warm-up", "Most rounds before them, which end when they get no faster (8)"),
                        Options.number("stages", "Stages the model is cut into (1)"),
                        Options.text(
                                "compare-llama-cpp",
                                "A folder with build/bin/llama-bench and GGUFs, or a llama-bench: runs in turn with it"),
                        Options.text("compare-gguf", "The GGUF that llama.cpp runs (random-1b-*.gguf in its folder)"),
                        Options.flag("json", "One JSON object instead of a table")));
    }

    @Override
    int run(Options options) {
        Load load = new Load(
                options.number("prompt-tokens", 512, 1, 1 << 20),
                options.number("generate", 128, 2, 1 << 20),
                options.number("concurrency", 1, 1, 1024));
        int warmUp = options.number("warm-up", 8, LEAST_WARM_UP, 1000);
        int repeats = options.number("repeats", 3, 1, 1000);
        int stages = options.number("stages", 1, 1, 1024);
        String model = options.text("model").orElse(LocalAssistant.BUILT_IN);
        ModelCard card = Repositories.of(console()).resolve(model).card();
        Optional<LlamaCpp> llamaCpp = llamaCpp(options, card.quantization());
        try (InProcessPeer peer = InProcessPeer.start(
                console(), model, settings(load, stages), ComputeOptions.settings(options, console()))) {
            BenchReport report = measure(peer, load, warmUp, repeats, llamaCpp, card.parameters());
            note("");
            Optional.ofNullable(report.comparison())
                    .flatMap(BenchComparison::warning)
                    .ifPresent(warning -> console().err().println("exoflux: " + warning));
            console()
                    .out()
                    .println(
                            options.flag("json")
                                    ? new JsonMapper().writeValueAsString(report.fields())
                                    : report.table());
        }
        return CommandLine.OK;
    }

    /** What every round does: so many sequences at once, of so many tokens. */
    private record Load(int promptTokens, int generate, int concurrency) {}

    private static PipelineSettings settings(Load load, int stages) {
        PipelineSettings defaults = PipelineSettings.DEFAULTS;
        return new PipelineSettings(
                stages,
                load.promptTokens() + load.generate(),
                load.concurrency(),
                load.concurrency(),
                defaults.prefillChunk(),
                defaults.cacheBytes(),
                0, // every prompt is to be computed
                defaults.grace(),
                defaults.ringPatience());
    }

    /** What to compare with; whatever is missing of it is said before anything is loaded. */
    private Optional<LlamaCpp> llamaCpp(Options options, String quantization) {
        Optional<Path> gguf = options.text("compare-gguf").map(file -> LlamaCpp.path("--compare-gguf", file));
        Optional<Path> place =
                options.text("compare-llama-cpp").map(folder -> LlamaCpp.path("--compare-llama-cpp", folder));
        if (gguf.isPresent() && place.isEmpty()) {
            throw ExofluxException.invalid("--compare-gguf", "--compare-gguf needs --compare-llama-cpp.");
        }
        return place.map(it -> LlamaCpp.find(it, gguf, quantization));
    }

    private BenchReport measure(
            InProcessPeer peer, Load load, int mostWarmUp, int repeats, Optional<LlamaCpp> llamaCpp, long parameters) {
        int warmUp = warmUp(peer, load, mostWarmUp);
        List<BenchRun> runs = new ArrayList<>();
        List<LlamaCpp.Round> others = new ArrayList<>();
        for (int round = 0; round < repeats; round++) {
            llamaCpp.ifPresent(it -> {
                note("llama.cpp, round %d of %d".formatted(others.size() + 1, repeats));
                others.add(it.run(load.promptTokens(), load.generate(), load.concurrency(), peer.threads()));
            });
            note("round %d of %d".formatted(round + 1, repeats));
            runs.add(round(peer, load, warmUp + round));
        }
        long peakResidentBytes = PeakMemory.bytes(); // before the bandwidth's own memory counts
        note("measuring the memory's bandwidth");
        return new BenchReport(
                peer.model(),
                "%s, %d threads".formatted(peer.backend(), peer.threads()),
                load.promptTokens(),
                load.generate(),
                load.concurrency(),
                warmUp,
                runs,
                peer.peer().weightBytes(peer.model()),
                MemoryBandwidth.measure(peer.threads()),
                peakResidentBytes,
                llamaCpp.map(it -> new BenchComparison(String.valueOf(it.gguf().getFileName()), others, parameters))
                        .orElse(null));
    }

    /** Runs rounds until they get no faster; how many. */
    private int warmUp(InProcessPeer peer, Load load, int most) {
        double prefill = 0;
        double decode = 0;
        boolean rising = true;
        int round = 0;
        while (round < LEAST_WARM_UP || (rising && round < most)) {
            note("warming up, round %d".formatted(round + 1));
            BenchRun run = round(peer, load, round++);
            rising = run.prefillTokensPerSecond() > prefill * STILL_RISING
                    || run.decodeTokensPerSecond() > decode * STILL_RISING;
            prefill = Math.max(prefill, run.prefillTokensPerSecond());
            decode = Math.max(decode, run.decodeTokensPerSecond());
        }
        return round;
    }

    private static BenchRun round(InProcessPeer peer, Load load, int round) {
        long start = System.nanoTime();
        List<long[]> times = Flux.range(0, load.concurrency())
                .flatMap(sequence -> arrivals(peer, load, round * 1024L + sequence, start), load.concurrency())
                .collectList()
                .block(); // the edge: a command measures until it is done
        if (times == null || times.stream().anyMatch(arrivals -> arrivals.length < 2)) {
            throw ExofluxException.invalid("--generate", "the model ended before two tokens.");
        }
        return new BenchRun(load.promptTokens(), times);
    }

    /** When each token of one answer arrived. */
    private static Mono<long[]> arrivals(InProcessPeer peer, Load load, long seed, long start) {
        GenerationRequest request = new GenerationRequest(
                peer.model(),
                new Prompt.Ids(prompt(peer, load.promptTokens(), seed)),
                SamplingSettings.GREEDY,
                load.generate(),
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
