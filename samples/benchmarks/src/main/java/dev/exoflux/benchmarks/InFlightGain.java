package dev.exoflux.benchmarks;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.RSocketMesh;
import dev.exoflux.mesh.wire.Ring;
import dev.exoflux.mesh.wire.WireSettings;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.Shard;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import dev.exoflux.pipeline.Mesh;
import dev.exoflux.pipeline.ModelStage;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Proposers;
import dev.exoflux.pipeline.RingAnswers;
import dev.exoflux.pipeline.Rings;
import dev.exoflux.pipeline.Scheduling;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.placement.Planner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import reactor.core.publisher.Flux;

/**
 * Whether {@code in-flight: auto} finds how many batches have to travel: beside fixed numbers of them, in turn, on a ring over RSocket
 * whose cables are long and whose stages take their time. No JMH benchmark, because what counts are the ratios of those that take turns.
 */
public final class InFlightGain {

    private static final int AUTO = Scheduling.AS_THE_MODEL;
    private static final int[] IN_FLIGHT = {1, 2, 3, 6, 12, AUTO};
    private static final int[] AT_ONCE = {1, 4, 8, 16};
    private static final int PROMPT = 8;
    private static final int CONTEXT = 512;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Settings settings;
    private final List<Candidate> candidates;
    private final SplittableRandom random = new SplittableRandom(7);

    private InFlightGain(Settings settings, List<Candidate> candidates) {
        this.settings = settings;
        this.candidates = candidates;
    }

    /** So many batches, and who sends them: each has seen its own rounds only. */
    private record Candidate(int inFlight, RingAnswers answers) {}

    /** What is measured, from the command line. */
    private record Settings(
            Duration delay, Duration pass, Duration row, String model, int stages, int rounds, int tokens) {

        static Settings of(String[] args) {
            return new Settings(
                    millis(args, 0, 1),
                    millis(args, 1, 4),
                    millis(args, 2, 0.25),
                    args.length > 3 ? args[3] : "exoflux/tiny",
                    (int) number(args, 4, 3),
                    (int) number(args, 5, 3),
                    (int) number(args, 6, 64));
        }

        private static double number(String[] args, int index, double otherwise) {
            return args.length > index ? Double.parseDouble(args[index]) : otherwise;
        }

        private static Duration millis(String[] args, int index, double otherwise) {
            return Duration.ofNanos((long) (1e6 * number(args, index, otherwise)));
        }
    }

    /** Peers in this process: each with a stage, a thread for it, and a long cable in front. The first is the head. */
    private static final class LongRing implements AutoCloseable {

        private final List<Runnable> closing = new ArrayList<>();
        private final List<Ring.Stop> stops = new ArrayList<>();
        private final List<HopEndpoint> endpoints = new ArrayList<>();
        private final List<DelayedLink> links = new ArrayList<>();

        LongRing(ModelDirectory model, Settings settings) {
            for (Shard shard : Planner.tile(model.config().layers(), settings.stages())) {
                CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.BEST);
                closing.add(backend::close);
                PacedModel paced =
                        new PacedModel(Architectures.load(model, shard, backend), settings.pass(), settings.row());
                ModelStage stage = new ModelStage("stage" + stops.size(), paced, backend);
                closing.add(stage::close);
                HopEndpoint endpoint =
                        HopEndpoint.bind("127.0.0.1", 0, (ring, epoch, index) -> stage, WireSettings.DEFAULTS, null);
                closing.add(endpoint::close);
                endpoints.add(endpoint);
                links.add(new DelayedLink(endpoint.address(), settings.delay()));
                closing.add(links.getLast()::close);
                stops.add(
                        stops.isEmpty()
                                ? new Ring.Here(stage)
                                : new Ring.There(links.getLast().address()));
            }
        }

        /** One of several over the same stages. */
        Mesh mesh(String name) {
            Ring ring = new Ring(name, 1, links.getFirst().address(), stops);
            return new RSocketMesh(endpoints.getFirst(), ring, () -> 0, () -> {});
        }

        /** The stages before what computes for them. */
        @Override
        public void close() {
            closing.reversed().forEach(Runnable::run);
        }
    }

    /**
     * Prints a line for each number of answers at once.
     *
     * @param args all of which may be left out from the end: milliseconds from a peer to the next (1), milliseconds of a pass (4) and of
     *     each row in it (0.25), the model, stages (3), rounds (3), tokens of an answer (64)
     */
    public static void main(String[] args) {
        Settings settings = Settings.of(args);
        Path home = Path.of(System.getProperty("java.io.tmpdir"), "exoflux-benchmark");
        ModelDirectory model = new ModelRepository(home, home).resolve(settings.model());
        int most = AT_ONCE[AT_ONCE.length - 1];
        try (LongRing ring = new LongRing(model, settings)) {
            List<Candidate> candidates = new ArrayList<>();
            for (int inFlight : IN_FLIGHT) {
                RingAnswers answers = RingAnswers.of(
                        Rings.of(ring.mesh("long" + inFlight)),
                        PipelineSettings.DEFAULTS.promising(CONTEXT, most),
                        most,
                        64,
                        16,
                        Proposers.WITHOUT_MODELS);
                candidates.add(new Candidate(inFlight, answers));
            }
            System.out.println(settings);
            InFlightGain gain = new InFlightGain(settings, candidates);
            gain.tokensPerSecond(candidates.getFirst(), most); // compiles it
            for (int atOnce : AT_ONCE) {
                System.out.println(gain.line(atOnce));
            }
            Flux.fromIterable(candidates)
                    .concatMap(candidate -> candidate.answers().shutdown(GRACE))
                    .blockLast();
        }
    }

    private String line(int atOnce) {
        double[][] rates = new double[candidates.size()][settings.rounds()];
        StringBuilder found = new StringBuilder();
        for (int round = 0; round < settings.rounds(); round++) {
            for (int i = 0; i < candidates.size(); i++) {
                rates[i][round] = tokensPerSecond(candidates.get(i), atOnce);
            }
            found.append(' ')
                    .append(candidates.getLast().answers().metrics().flow().mostInFlight());
        }
        StringBuilder line = new StringBuilder("%2d at once, tokens/s:".formatted(atOnce));
        double best = 0;
        for (int i = 0; i < candidates.size() - 1; i++) {
            best = Math.max(best, median(rates[i]));
            line.append("  %d: %.1f".formatted(IN_FLIGHT[i], median(rates[i])));
        }
        double auto = median(rates[candidates.size() - 1]);
        return line.append("  auto: %.1f (%s ), %.3f of the best".formatted(auto, found, auto / best))
                .toString();
    }

    /** Of answers that are well under way, all at once. */
    private double tokensPerSecond(Candidate candidate, int atOnce) {
        int all = atOnce * settings.tokens();
        List<Long> homes = Flux.range(0, atOnce)
                .map(i -> new SequenceRequest(
                                random.ints(PROMPT, 1, 200).toArray(),
                                SamplingSettings.GREEDY,
                                settings.tokens(),
                                Set.of(),
                                false)
                        .scheduled(Scheduling.DEFAULT.within(Scheduling.AS_THE_MODEL, candidate.inFlight())))
                .flatMap(candidate.answers()::open, atOnce)
                .map(token -> System.nanoTime())
                .collectList()
                .blockOptional()
                .orElseThrow();
        int from = all / 4;
        int to = all * 7 / 8;
        return (to - from) * 1e9 / (homes.get(to) - homes.get(from));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
