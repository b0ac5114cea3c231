package dev.exoflux.web.api;

import dev.exoflux.mesh.cluster.Batchers;
import dev.exoflux.mesh.cluster.PlacedModel;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.Gate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.LowerCamelCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * The answer of {@code GET /api/flow}: what goes on now.
 *
 * @param models that are deployed, or loaded here; of those whose head was not asked, or has not answered, no more than where
 * @param pipelines that run here, with the requests that this peer was asked
 * @param silent heads that were asked and have not answered in time
 */
record FlowView(List<Model> models, List<Pipeline> pipelines, List<String> silent) {

    /**
     * A model.
     *
     * @param head the peer that has its batcher; null where this one is in no cluster
     * @param ring null where nobody has told what its batcher is at
     */
    record Model(
            String model, @Nullable String head, @Nullable Ring ring, List<Stage> stages) {}

    /**
     * What the batcher of a model is at.
     *
     * @param waiting requests that wait for their first place
     * @param setAside requests that wait to get on, since there was no memory, or their ring was lost
     * @param timesSetAside how often that was for lack of memory so far
     * @param credit batches that may travel at once
     */
    @JsonNaming(LowerCamelCaseStrategy.class)
    record Ring(
            int running,
            int waiting,
            int setAside,
            long timesSetAside,
            int credit,
            int inFlight,
            double roundMillis,
            double tokensPerSecond,
            long cacheReservedBytes,
            long cacheBudgetBytes) {}

    /**
     * A part of a model.
     *
     * @param peer null where this one is in no cluster
     * @param from its first layer; null where nobody says
     * @param credit messages it takes at once beyond those it has; known of the first stage
     * @param inFlight batches that are in it on average, by Little's law; known at the head, as the time of a step is
     */
    @JsonNaming(LowerCamelCaseStrategy.class)
    record Stage(
            @Nullable String peer,
            @Nullable Integer from,
            @Nullable Integer to,
            @Nullable Long credit,
            @Nullable Double inFlight,
            @Nullable Double stepMillis) {}

    /** A pipeline's gate. */
    @JsonNaming(LowerCamelCaseStrategy.class)
    record Pipeline(String pipeline, int running, int waiting, int maxConcurrency, int queue) {}

    static FlowView of(Batchers known, Map<String, Gate.Metrics> gates, List<PlacedModel> placements) {
        Map<String, BatcherMetrics> batchers = known.byModel();
        Map<String, Model> models = new TreeMap<>();
        batchers.forEach((model, its) -> models.put(model, new Model(model, null, ring(its), stages(its, List.of()))));
        for (PlacedModel placed : placements) {
            BatcherMetrics its = batchers.get(placed.model());
            String head = placed.shards().isEmpty()
                    ? null
                    : placed.shards().getFirst().peer();
            models.put(
                    placed.model(),
                    new Model(placed.model(), head, its == null ? null : ring(its), stages(its, placed.shards())));
        }
        List<Pipeline> pipelines = gates.entrySet().stream()
                .map(gate -> of(gate.getKey(), gate.getValue()))
                .toList();
        return new FlowView(
                List.copyOf(models.values()),
                pipelines,
                known.silent().stream().sorted().toList());
    }

    private static Ring ring(BatcherMetrics its) {
        return new Ring(
                its.live(),
                its.queued() - its.returning(),
                its.returning(),
                its.timesAside(),
                its.flow().mostInFlight(),
                its.batchesInFlight(),
                its.flow().roundMillis(),
                its.flow().tokensPerSecond(),
                its.reservedBytes(),
                its.budgetBytes());
    }

    /** Of a ring that nothing has travelled on yet only the parts are known. */
    private static List<Stage> stages(@Nullable BatcherMetrics its, List<PlacedModel.Part> parts) {
        List<Double> steps = its == null ? List.of() : its.flow().stepMillis();
        List<Stage> stages = new ArrayList<>();
        IntStream.range(0, Math.max(steps.size(), parts.size())).forEach(i -> {
            PlacedModel.Part part = i < parts.size() ? parts.get(i) : null;
            Double step = i < steps.size() ? steps.get(i) : null;
            stages.add(new Stage(
                    part == null ? null : part.peer(),
                    part == null ? null : part.layers().from(),
                    part == null ? null : part.layers().to(),
                    i == 0 && its != null ? its.flow().credit() : null,
                    its == null || step == null ? null : within(its, step),
                    step));
        });
        return stages;
    }

    private static double within(BatcherMetrics its, double step) {
        double round = its.flow().roundMillis();
        return round == 0 ? 0 : its.batchesInFlight() * Math.min(1, step / round);
    }

    private static Pipeline of(String name, Gate.Metrics gate) {
        return new Pipeline(name, gate.running(), gate.waiting(), gate.places(), gate.queue());
    }
}
