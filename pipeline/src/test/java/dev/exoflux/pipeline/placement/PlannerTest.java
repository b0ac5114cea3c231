package dev.exoflux.pipeline.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Shard;
import java.util.IntSummaryStatistics;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlannerTest {

    /** More layers than the deepest model known has (Llama 3.1 405B: 126). */
    private static final int MOST = 130;

    @Test
    void leavesNoGapNoOverlapAndNobodyEmpty() {
        for (int layers = 1; layers <= MOST; layers++) {
            for (int stages = 1; stages <= layers; stages++) {
                List<Shard> shards = Planner.tile(layers, stages);
                assertThat(shards).hasSize(stages);
                int from = 0;
                for (Shard shard : shards) {
                    assertThat(shard.layers().from()).isEqualTo(from);
                    assertThat(shard.layers().size()).isPositive();
                    from = shard.layers().to();
                }
                assertThat(from).isEqualTo(layers);
                assertThat(shards.getFirst().first()).isTrue();
                assertThat(shards.getLast().last()).isTrue();
            }
        }
    }

    @Test
    void differsByOneLayerAtMostAndNeverBurdensALaterStageMore() {
        for (int layers = 1; layers <= MOST; layers++) {
            for (int stages = 1; stages <= layers; stages++) {
                List<Integer> sizes = Planner.tile(layers, stages).stream()
                        .map(shard -> shard.layers().size())
                        .toList();
                IntSummaryStatistics spread =
                        sizes.stream().mapToInt(Integer::intValue).summaryStatistics();
                assertThat(spread.getMax() - spread.getMin()).isLessThanOrEqualTo(1);
                assertThat(sizes).isSortedAccordingTo((a, b) -> b - a);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 3", "1, 2", "61, 62", "4, 0", "4, -1"})
    void refusesWhatCannotBeTiled(int layers, int stages) {
        assertThatThrownBy(() -> Planner.tile(layers, stages))
                .isInstanceOf(ExofluxException.class)
                .hasMessageContaining(layers + " layers")
                .hasMessageContaining(stages + " stages")
                .hasMessageContaining("Maybe choose between 1 and " + layers);
    }
}
