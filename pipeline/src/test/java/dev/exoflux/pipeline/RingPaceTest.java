package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

/** How many batches travel on rings of stages that take so many milliseconds, in a time of the test's own. */
final class RingPaceTest {

    private static final long MILLI = 1_000_000;

    private final RingPace pace = new RingPace();

    private record Home(long at, TokenBatch batch) {}

    /** Runs a ring until so many batches have come home; returns the most that travelled at once in the last quarter. */
    private int run(int batches, double hopMillis, double... stageMillis) {
        long hop = (long) (hopMillis * MILLI);
        long[] steps = Arrays.stream(stageMillis)
                .mapToLong(millis -> (long) (millis * MILLI))
                .toArray();
        long[] free = new long[steps.length];
        PriorityQueue<Home> travelling = new PriorityQueue<>(Comparator.comparingLong(Home::at));
        pace.start(steps.length);
        long now = 0;
        int peak = 0;
        for (int home = 0; home < batches; home++) {
            while (travelling.size() < pace.inFlight()) {
                TokenBatch out = batch(new long[0]);
                pace.sent(out, now);
                long at = now;
                for (int i = 0; i < steps.length; i++) {
                    at = Math.max(at, free[i]) + steps[i];
                    free[i] = at;
                    at += hop;
                }
                travelling.add(new Home(at, batch(steps)));
            }
            peak = home < batches * 3 / 4 ? 0 : Math.max(peak, travelling.size());
            Home next = travelling.remove();
            now = next.at();
            pace.home(next.batch(), now);
        }
        return peak;
    }

    private static TokenBatch batch(long[] nanos) {
        return new TokenBatch(List.of(new Span(1, 5, 1, 1, Span.UNKNOWN, null)), new int[] {1}, List.of(), nanos);
    }

    @Test
    void oneForEachOfEqualStages() {
        assertThat(run(1000, 0.01, 1)).isEqualTo(1);
        assertThat(run(1000, 3, new double[] {1}))
                .as("whatever else the entry does")
                .isEqualTo(1);
        assertThat(run(1000, 0.01, 1, 1)).isEqualTo(2);
        assertThat(run(1000, 0.01, 1, 1, 1)).isEqualTo(3);
    }

    @Test
    void moreWhereTheWayTakesLong() {
        assertThat(run(1000, 2, 1, 1, 1)).isEqualTo(9);
        assertThat(run(1000, 2, 4, 4, 4)).isBetween(4, 5);
        assertThat(run(1000, 1000, 1, 1)).isEqualTo(RingPace.MOST);
    }

    @Test
    void fewerWhereOneStageHoldsUpTheOthers() {
        assertThat(run(2000, 0.01, 8, 1, 1)).isEqualTo(1);
        assertThat(run(2000, 0.01, 8, 7, 1)).isEqualTo(2);
    }

    @Test
    void followsARingThatChanges() {
        assertThat(run(1000, 2, 1, 1, 1)).isEqualTo(9);
        assertThat(run(3000, 0.01, 1, 1, 1)).isEqualTo(3);
        assertThat(run(2000, 2, 1, 1, 1)).isEqualTo(9);
    }

    @Test
    void saysWhatItHasMeasured() {
        run(1500, 0.5, 2, 3);
        RingPace.Metrics metrics = pace.metrics();
        assertThat(metrics.stepNanos()).containsExactly(2.0 * MILLI, 3.0 * MILLI);
        assertThat(metrics.tokensPerSecond()).isBetween(300.0, 340.0);
        assertThat(metrics.roundNanos()).isBetween(6.0 * MILLI, 10.0 * MILLI);
    }

    @Test
    void aRingOfAnotherLengthBeginsAnew() {
        run(1000, 0.01, 1, 1, 1);
        pace.start(2);
        assertThat(pace.inFlight()).isEqualTo(2);
        pace.home(batch(new long[] {1, 2, 3}), 0); // of nobody knows which batch
        assertThat(pace.inFlight()).isEqualTo(2);
    }
}
