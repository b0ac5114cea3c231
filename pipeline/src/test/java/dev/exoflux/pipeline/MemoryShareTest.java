package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class MemoryShareTest {

    private static PipelineSettings settings(int context, long cacheBytes) {
        return new PipelineSettings(1, context, 1, 1, 1, cacheBytes, 0, Duration.ZERO, TestRing.PATIENCE);
    }

    /** In blocks of a single position. */
    private static CacheCost cost(long bytesPerPosition) {
        return new CacheCost(bytesPerPosition, 1);
    }

    @Test
    void givesCachesWhatTheWeightsLeaveLessATenth() {
        assertThat(new MemoryShare(1000, 0, 1).cacheBytes("m", 400, settings(10, 0), cost(1)))
                .isEqualTo(540);
    }

    @Test
    void sharesWithTheModelsThatComeLaterAndSparesWhatWasPromised() {
        assertThat(new MemoryShare(1000, 0, 2).cacheBytes("m", 400, settings(10, 0), cost(1)))
                .isEqualTo(270);
        assertThat(new MemoryShare(1000, 270, 1).cacheBytes("m", 400, settings(10, 0), cost(1)))
                .isEqualTo(297);
    }

    @Test
    void takesWhatWasAskedForIfItIsThere() {
        assertThat(new MemoryShare(1000, 0, 3).cacheBytes("m", 400, settings(10, 300), cost(1)))
                .isEqualTo(300);
        assertThat(new MemoryShare(1000, 0, 1).cacheBytes("m", 400, settings(10, 900), cost(1)))
                .isEqualTo(540);
    }

    @Test
    void letsABackendDecideThatDoesNotKnowItsMemory() {
        assertThat(new MemoryShare(Long.MAX_VALUE, 0, 1).cacheBytes("m", 400, settings(10, 0), cost(1)))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void namesTheContextThatWouldFit() {
        assertThatThrownBy(() -> new MemoryShare(1000, 0, 1).cacheBytes("org/m", 400, settings(100, 0), cost(10)))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
                .hasMessage("""
                        org/m needs 400 bytes for its weights and 1000 for the cache of one sequence of 100 tokens; 1000 are \
                        available, 540 of them for caches.
                        Maybe start with --context 54.""");
    }

    @Test
    void countsWholeBlocks() {
        assertThatThrownBy(
                        () -> new MemoryShare(1000, 0, 1).cacheBytes("m", 400, settings(50, 0), new CacheCost(10, 16)))
                .hasMessageContaining("640 for the cache of one sequence of 50 tokens")
                .hasMessageContaining("--context 48");
        assertThat(new MemoryShare(1000, 0, 1).cacheBytes("m", 400, settings(48, 0), new CacheCost(10, 16)))
                .isEqualTo(540);
    }

    @Test
    void saysWhenNoContextWouldHelp() {
        assertThatThrownBy(() -> new MemoryShare(1000, 0, 1).cacheBytes("org/m", 1200, settings(100, 0), cost(10)))
                .hasMessageContaining("1200 bytes")
                .hasMessageEndingWith("Maybe use a smaller or more strongly quantised model.");
    }
}
