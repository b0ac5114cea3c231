package dev.exoflux.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mesh.cluster.Batchers;
import dev.exoflux.mesh.cluster.PlacedModel;
import dev.exoflux.mesh.cluster.PlacedModel.Part;
import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.Gate;
import dev.exoflux.pipeline.placement.Strategy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What goes on in a cluster, as one of its peers tells it. */
final class FlowViewTest {

    private static final Part HERE = new Part("aaaa", new LayerRange(0, 3));
    private static final Part THERE = new Part("bbbb", new LayerRange(3, 4));

    private static PlacedModel placed(String model, Part... parts) {
        return new PlacedModel(model, 1, PlacedModel.State.READY, Strategy.PIPELINE, List.of(parts), 1, 2048, 16, "");
    }

    private static BatcherMetrics metrics(BatcherMetrics.Flow flow) {
        BatcherMetrics.Prefixes prefixes = new BatcherMetrics.Prefixes(0, 0, 0);
        return new BatcherMetrics(3, 5, 1, 2, 100, 0, 4, 1000, 8000, 500, prefixes, List.of(), flow);
    }

    @Test
    void tellsOfAModelThatIsHeadedHereStageByStage() {
        BatcherMetrics its = metrics(new BatcherMetrics.Flow(2, 14, 8, 120.5, List.of(4.0, 2.0)));
        FlowView view = FlowView.of(
                new Batchers(Map.of("m", its), Set.of()),
                Map.of("p", new Gate.Metrics(1, 2, 3, 4)),
                List.of(placed("m", HERE, THERE)));
        assertThat(view.models())
                .containsExactly(new FlowView.Model(
                        "m",
                        "aaaa",
                        new FlowView.Ring(3, 4, 1, 4, 2, 2, 8, 120.5, 1000, 8000),
                        List.of(
                                new FlowView.Stage("aaaa", 0, 3, 14L, 1.0, 4.0),
                                new FlowView.Stage("bbbb", 3, 4, null, 0.5, 2.0))));
        assertThat(view.pipelines()).containsExactly(new FlowView.Pipeline("p", 1, 2, 3, 4));
    }

    @Test
    void saysOfThoseWhoseHeadIsSilentWhereItIs() {
        FlowView view = FlowView.of(
                new Batchers(Map.of(), Set.of("bbbb")), Map.of(), List.of(placed("m", THERE), placed("waits")));
        assertThat(view.silent()).containsExactly("bbbb");
        assertThat(view.models())
                .containsExactly(
                        new FlowView.Model(
                                "m", "bbbb", null, List.of(new FlowView.Stage("bbbb", 3, 4, null, null, null))),
                        new FlowView.Model("waits", null, null, List.of()));
    }

    @Test
    void knowsThePartsOfARingThatNothingHasTravelledOnYet() {
        BatcherMetrics its = metrics(new BatcherMetrics.Flow(2, 0, 0, 0, List.of()));
        assertThat(FlowView.of(new Batchers(Map.of("m", its), Set.of()), Map.of(), List.of(placed("m", HERE, THERE)))
                        .models()
                        .getFirst()
                        .stages())
                .containsExactly(
                        new FlowView.Stage("aaaa", 0, 3, 0L, null, null),
                        new FlowView.Stage("bbbb", 3, 4, null, null, null));
    }
}
