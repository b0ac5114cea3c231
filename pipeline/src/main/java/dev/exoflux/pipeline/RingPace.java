package dev.exoflux.pipeline;

import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * How fast the ring goes, and so how many batches have to travel at once for its slowest stage never to idle: by Little's law the time of
 * a whole round over that of the slowest stage.
 *
 * <p>Batches bring home what each stage took for them; the rest of their time they spent between stages, or waiting for one. How much
 * of it is the way alone shows in those that never waited: the shortest of late. Where more batches travel than have to, all of
 * them wait, and nobody would know; so where they seem to wait, one fewer travels now and then. Confined to the batcher's loop, but for
 * {@link #metrics()}.
 */
final class RingPace {

    /** Most batches in flight: a stage takes some more messages ahead, which are for retirements. */
    static final int MOST = ModelStage.IN_FLIGHT - 4;

    /** A slowest stage that idles for less of a step is not worth dealing the answers out over one batch more, which all cost. */
    private static final double WORTH = 0.5;

    /** Share of the newest figure in an average. */
    private static final double NEWEST = 0.2;

    /** Rounds that are looked at together. */
    private static final int ROUNDS = 8;

    /** Of so many looks, one is with a batch fewer. */
    private static final int TRIAL = 16;

    private static final long SECOND = 1_000_000_000;

    private final Deque<Sent> travelling = new ArrayDeque<>();
    private double[] steps = {};
    private int stages = 1;
    private int needed = 1;
    private int looks;
    private int seen;
    private long way = Long.MAX_VALUE;
    private double round;
    private long since = -1;
    private int tokens;
    private volatile Metrics metrics = new Metrics(1, 0, 0, 0, List.of());

    private record Sent(long at, boolean steps) {}

    /**
     * What is known of a ring.
     *
     * @param inFlight batches that have to travel for no stage to idle
     * @param roundNanos a batch of answers takes from the entry back to it
     * @param tokensPerSecond that came home of late
     * @param at when this was so
     * @param stepNanos each stage takes for a batch of answers, in the order of the ring; empty where nothing is known
     */
    record Metrics(int inFlight, double roundNanos, double tokensPerSecond, long at, List<Double> stepNanos) {}

    /** The ring has so many stages; nothing travels on it yet. */
    void start(int count) {
        travelling.clear();
        if (count != stages || steps.length != count) {
            stages = count;
            steps = new double[0];
            restart(Math.min(count, MOST));
        }
    }

    /** Nothing travels any more. */
    void forget() {
        travelling.clear();
    }

    /** Batches that may travel at once. */
    int inFlight() {
        return trial() ? needed - 1 : needed;
    }

    private boolean trial() {
        return needed > 1 && looks % TRIAL == TRIAL - 1;
    }

    /** Readable from any thread. */
    Metrics metrics() {
        return metrics;
    }

    /** A batch leaves. */
    void sent(TokenBatch batch, long now) {
        travelling.add(new Sent(now, batch.spans().stream().allMatch(span -> span.count() == 1 + span.drafted())));
        since = since < 0 ? now : since;
    }

    /** The batch that left first is home. */
    void home(TokenBatch batch, long now) {
        tokens += batch.ids().length;
        Sent sent = travelling.poll();
        long[] nanos = batch.stageNanos();
        if (sent != null && sent.steps() && nanos.length == stages) { // chunks of prompts take longer, and are rare
            measured(nanos, now - sent.at());
        }
        tell(now);
    }

    private void measured(long[] nanos, long took) {
        boolean first = steps.length != stages;
        steps = first ? new double[stages] : steps;
        long computing = 0;
        for (int i = 0; i < stages; i++) {
            computing += nanos[i];
            steps[i] = first ? nanos[i] : steps[i] + NEWEST * (nanos[i] - steps[i]);
        }
        round = first ? took : round + NEWEST * (took - round);
        way = Math.min(way, Math.max(0, took - computing));
        if (++seen >= ROUNDS * needed) {
            look();
        }
    }

    private void look() {
        double sum = way;
        double slowest = 1;
        for (double step : steps) {
            sum += step;
            slowest = Math.max(slowest, step);
        }
        int most =
                stages == 1 ? 1 : MOST; // the only stage is at the entry, and a second batch would only halve the first
        int now = Math.clamp((int) Math.ceil(sum / slowest - WORTH), 1, most);
        boolean waits = now >= inFlight();
        looks = waits || trial() ? looks + 1 : 0; // only who always waits has to be tried
        restart(now);
    }

    private void restart(int now) {
        needed = now;
        seen = 0;
        way = Long.MAX_VALUE;
    }

    private void tell(long now) {
        double rate = metrics.tokensPerSecond();
        if (now - since >= SECOND) {
            rate = tokens * (double) SECOND / (now - since);
            tokens = 0;
            since = now;
        } else if (metrics.stepNanos().size() == stages && seen != 0) {
            return; // often enough
        }
        List<Double> known = new ArrayList<>(steps.length);
        for (double step : steps) {
            known.add(step);
        }
        metrics = new Metrics(needed, round, rate, now, List.copyOf(known));
    }
}
