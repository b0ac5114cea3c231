package dev.exoflux.pipeline;

import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.scheduler.Scheduler;

/**
 * The batches on their way round the ring: how many may travel, and what goes out next. Confined to the batcher's loop, but for the
 * figures.
 */
final class Traffic {

    /** After so long without a batch tokens per second are none. */
    private static final Duration STALE = Duration.ofSeconds(3);

    private final Roster roster;
    private final Drafting drafting;
    private final PipelineSettings settings;
    private final Scheduler clock;
    private final RingPace pace = new RingPace();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger(1);
    private final AtomicLong batches = new AtomicLong();

    Traffic(Roster roster, Drafting drafting, PipelineSettings settings, Scheduler clock) {
        this.roster = roster;
        this.drafting = drafting;
        this.settings = settings;
        this.clock = clock;
    }

    /** Batches that travel; readable from any thread. */
    int inFlight() {
        return inFlight.get();
    }

    /** All batches sent so far; readable from any thread. */
    long batches() {
        return batches.get();
    }

    /**
     * How the ring goes; from any thread.
     *
     * @param credit of its first stage
     */
    BatcherMetrics.Flow metrics(long credit) {
        RingPace.Metrics now = pace.metrics();
        boolean idle = clock.now(TimeUnit.NANOSECONDS) - now.at() > STALE.toNanos();
        return new BatcherMetrics.Flow(
                mostInFlight.get(),
                credit,
                now.roundNanos() / 1e6,
                idle ? 0 : now.tokensPerSecond(),
                now.stepNanos().stream().map(nanos -> nanos / 1e6).toList());
    }

    /** Sends what may go to a ring of so many stages: first what they are to free, then as many batches as may travel. */
    void send(RingEntry ring, int stages) {
        while (!roster.retirements().isEmpty() && ring.open()) {
            ring.send(roster.retirements().remove());
        }
        if (inFlight.get() == 0) {
            pace.start(stages);
        }
        int most = most();
        mostInFlight.set(most);
        while (inFlight.get() + drafting.cohorts() < most && ring.open() && sendBatch(ring, most)) {
            inFlight.incrementAndGet();
            batches.incrementAndGet();
        }
    }

    private boolean sendBatch(RingEntry ring, int most) {
        TokenBatch batch = roster.formation().next(chunk(), most);
        if (batch.spans().isEmpty()) {
            return false;
        }
        drafting.sent(batch);
        pace.sent(batch, clock.now(TimeUnit.NANOSECONDS));
        ring.send(batch);
        return true;
    }

    /** Batches that may travel: as many as the slowest stage takes, or the least that one under way allows. */
    private int most() {
        int least = Scheduling.AS_THE_MODEL;
        for (Sequence sequence : roster.live()) {
            least = Scheduling.smaller(least, sequence.scheduling().inFlight());
        }
        return least == Scheduling.AS_THE_MODEL ? pace.inFlight() : least;
    }

    /** Most tokens of prompts in a pass: what the model is run with, or the least that one under way allows. */
    private int chunk() {
        int smallest = settings.prefillChunk();
        for (Sequence sequence : roster.live()) {
            smallest = Scheduling.smaller(smallest, sequence.scheduling().prefillChunk());
        }
        return smallest;
    }

    /** One is home. */
    void home(TokenBatch batch) {
        inFlight.decrementAndGet();
        drafting.home();
        pace.home(batch, clock.now(TimeUnit.NANOSECONDS));
    }

    /** Nothing travels any more. */
    void forget() {
        drafting.forget();
        pace.forget();
        inFlight.set(0);
    }
}
