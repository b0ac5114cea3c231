package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RejectionsTest {

    private final AtomicLong now = new AtomicLong();
    private final List<String> log = new ArrayList<>();
    private final Rejections rejections = new Rejections(now::get, log::add);

    @Test
    void saysAReasonOnceAndAgainAfterAWhile() {
        for (int i = 0; i < 1000; i++) {
            rejections.rejected("10.0.0.7", "it has another secret");
        }
        rejections.rejected("10.0.0.7", "it says too little");
        assertThat(log)
                .containsExactly(
                        "Turned away 10.0.0.7: it has another secret", "Turned away 10.0.0.7: it says too little");
        now.addAndGet(Duration.ofMinutes(10).toNanos());
        rejections.rejected("10.0.0.7", "it has another secret");
        assertThat(log).hasSize(3);
    }
}
