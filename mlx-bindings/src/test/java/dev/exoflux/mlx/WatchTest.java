package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WatchTest {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final AtomicLong beats = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Watch watch = new Watch(beats::get, stopped::get);

    private @Nullable String look(long asked) {
        return watch.look(asked, PATIENCE);
    }

    @Test
    void oneThatDoesNotCountIsGivenUp() {
        for (int i = 0; i < Watch.STILL; i++) {
            assertThat(look(0)).isNull();
        }
        assertThat(look(0)).isEqualTo("gave no sign of life for 1200 ms");
    }

    @Test
    void oneThatTheSystemHasStoppedIsGivenUpSooner() {
        assertThat(look(0)).isNull();
        stopped.set(true);
        assertThat(look(0)).isNull();
        assertThat(look(0)).isEqualTo("was stopped");
    }

    /** A beat is late by a look now and then, and a debugger stops a process for a moment. */
    @Test
    void oneThatCountsNowAndThenLives() {
        stopped.set(true);
        for (int i = 0; i < 100; i++) {
            beats.addAndGet(i % 2);
            assertThat(look(0)).isNull();
        }
    }

    @Test
    void onlyOneQuestionThatIsNotAnsweredRunsOutOfPatience() {
        long looks = PATIENCE.dividedBy(Watch.LOOK);
        for (int question = 1; question < 5; question++) {
            for (int i = 0; i <= looks; i++) {
                beats.incrementAndGet();
                assertThat(look(question)).isNull();
            }
        }
        beats.incrementAndGet();
        assertThat(look(4)).isEqualTo("computed for 2.2 s without an end");
    }

    @Test
    void patienceGrowsWithWhatThereIsToDo() {
        Patience patience = new Patience();
        assertThat(patience.with(0)).isEqualTo(Duration.ofMinutes(1));
        assertThat(patience.with(10_000_000_000L)).isEqualTo(Duration.ofMinutes(5));
        patience.took(4_000_000_000L, 1_000_000_000);
        patience.took(4_000_000_000L, 3_000_000_000L);
        assertThat(patience.with(10_000_000_000L)).isEqualTo(Duration.ofSeconds(150));
        assertThat(patience.with(1_000_000_000)).isEqualTo(Duration.ofMinutes(1));
    }
}
