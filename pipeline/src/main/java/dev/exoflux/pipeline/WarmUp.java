package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Passes of the kinds that will come (one token, several sequences, a piece of a prompt) through a freshly loaded shard, so that
 * the JVM has compiled what they need before somebody waits for it. In rounds, until decoding gets no faster and the compiler has
 * little to do, or the time is up.
 */
final class WarmUp {

    /** Rows of a piece of a prompt: enough to fill every tile that kernels compute at a time. */
    private static final int PROMPT_ROWS = 64;

    private static final int SEQUENCES = 8;
    private static final int SINGLE_STEPS = 4;

    /** A batch of several rows costs less than each of them alone, at worst by so much. */
    private static final int LEAST_GAIN = 4;

    /** A round that is faster by less has brought nothing. */
    private static final double PROGRESS = 0.97;

    /** Share of a round's time in which the compiler is at work on something that matters. */
    private static final double COMPILING = 0.1;

    private static final SamplingSettings DRAWN =
            new SamplingSettings(0.8f, 40, 0.95f, 0.05f, 1.1f, 0, 0, Map.of(), 1, -1);

    private final CausalLm model;
    private final OpenSequences sequences;
    private final LongSupplier nanoTime;
    private final long end;
    private long fastest = Long.MAX_VALUE;
    private boolean failed;
    private boolean over;

    private WarmUp(CausalLm model, OpenSequences sequences, long nanos, LongSupplier nanoTime) {
        this.model = model;
        this.sequences = sequences;
        this.nanoTime = nanoTime;
        this.end = nanoTime.getAsLong() + nanos;
    }

    /**
     * Warms one shard up; its caches are gone afterwards.
     *
     * @param nanos when no further pass is begun; the first of all is made in any case
     * @param nanoTime as {@link System#nanoTime}
     * @return nanoseconds that a token of one sequence takes by now; 0 if the shard cannot compute one
     */
    static long run(CausalLm model, Backend backend, long nanos, LongSupplier nanoTime) {
        try (OpenSequences sequences = new OpenSequences(StageModel.once(model), backend, new AtomicLong())) {
            WarmUp warmUp = new WarmUp(model, sequences, nanos, nanoTime);
            warmUp.rounds();
            return warmUp.failed ? 0 : warmUp.fastest;
        }
    }

    private void rounds() {
        boolean settled;
        do {
            long before = fastest;
            long start = nanoTime.getAsLong();
            long compiled = compiledMillis();
            round();
            double compiling = (compiledMillis() - compiled) * 1e6 / (nanoTime.getAsLong() - start);
            settled = fastest > before * PROGRESS && compiling < COMPILING;
        } while (!failed && !over && !settled);
    }

    private static long compiledMillis() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime()
                : 0;
    }

    private void round() {
        List<Span> first = new ArrayList<>();
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            first.add(new Span(sequence, 0, 1, 1, Span.UNKNOWN, settings(sequence)));
        }
        fastest = Math.min(fastest, step(first.subList(0, 1)));
        step(first.subList(1, SEQUENCES));
        int position = 1;
        for (int i = 0; i < SINGLE_STEPS; i++) {
            fastest = Math.min(fastest, step(List.of(next(0, position++, 1))));
        }
        step(List.of(next(0, position, PROMPT_ROWS)));
        step(IntStream.range(1, SEQUENCES).mapToObj(it -> next(it, 1, 1)).toList());
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            sequences.step(new Retire(sequence));
        }
    }

    private static SequenceSettings settings(int sequence) {
        int capacity = 1 + SINGLE_STEPS + PROMPT_ROWS;
        return new SequenceSettings(sequence == 0 ? SamplingSettings.GREEDY : DRAWN, 1, capacity, null);
    }

    private static Span next(long sequence, int position, int count) {
        return new Span(sequence, position, count, 1, Span.UNKNOWN, null);
    }

    /** One pass, unless it would take longer than there is time: then no other is made either. Its nanoseconds. */
    private long step(List<Span> spans) {
        int rows = spans.stream().mapToInt(Span::count).sum();
        long start = nanoTime.getAsLong();
        boolean first = fastest == Long.MAX_VALUE;
        over |= !first && start + fastest * Math.ceilDiv(rows, LEAST_GAIN) > end;
        if (failed || over) {
            return Long.MAX_VALUE;
        }
        failed = sequences.step(message(spans, rows)).stream().anyMatch(Failed.class::isInstance);
        return nanoTime.getAsLong() - start;
    }

    private StageMessage message(List<Span> spans, int rows) {
        int[] ids = IntStream.range(0, rows)
                .map(i -> i * 31 % model.vocabularySize())
                .toArray();
        if (model.shard().first()) {
            return new TokenBatch(spans, ids, List.of());
        }
        float[] hidden = new float[rows * model.hiddenSize()];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = (i % 17 - 8) / 8f;
        }
        return new ActivationBatch(spans, ids, hidden, model.hiddenSize());
    }
}
