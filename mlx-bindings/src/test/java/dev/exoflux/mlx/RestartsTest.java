package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RestartsTest {

    private final ExofluxException last = new ExofluxException(ErrorCode.BACKEND_LOST, "MLX was lost: so.\nMaybe.");

    private final AtomicLong now = new AtomicLong();
    private final Restarts restarts = new Restarts(now::get);

    private Duration lost() {
        Duration pause = restarts.lost(last);
        restarts.started();
        return pause;
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void pausesGrowAndThenThereIsARest() {
        assertThat(lost()).isZero();
        assertThat(lost()).isEqualTo(Duration.ofMillis(100));
        assertThat(lost()).isEqualTo(Duration.ofMillis(200));
        assertThat(lost()).isEqualTo(Duration.ofMillis(400));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(this::lost)
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_LOST))
                    .hasMessageContaining("lost 5 times in a row")
                    .hasMessageContaining("MLX was lost: so.");
            pass(Restarts.LONG.dividedBy(4));
        }
        pass(Restarts.LONG);
        assertThat(lost()).isZero();
    }

    @Test
    void oneThatLivedLongDoesNotCount() {
        for (int i = 0; i < 2 * Restarts.MOST; i++) {
            assertThat(lost()).isZero();
            pass(Restarts.LONG);
        }
    }
}
