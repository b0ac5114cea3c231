package dev.exoflux.starter;

import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.dsl.run.PipelineStore;
import dev.exoflux.dsl.run.Placer;
import dev.exoflux.mesh.cluster.Cluster;
import dev.exoflux.mesh.cluster.Deployment;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Pipelines in a cluster: kept by all of its peers, their models placed over them. */
record ClusterPipelines(Cluster cluster) implements PipelineStore, Placer {

    @Override
    public Flux<Map<String, String>> all() {
        return cluster.pipelines();
    }

    @Override
    public Mono<Void> put(String name, String yaml) {
        return cluster.keepPipeline(name, yaml);
    }

    @Override
    public Mono<Void> remove(String name) {
        return cluster.forgetPipeline(name);
    }

    /** A model that is to run anywhere stays where it is; one with wishes is deployed by them, for whoever else uses it too. */
    @Override
    public Mono<Void> place(PlacedModel model) {
        return Mono.defer(() -> {
            boolean anywhere = model.equals(PlacedModel.anywhere(model.model()));
            boolean deployed = cluster.placements().stream()
                    .anyMatch(placed -> placed.model().equals(model.model()));
            return anywhere && deployed
                    ? Mono.empty()
                    : cluster.deploy(deployment(model)).then();
        });
    }

    private static Deployment deployment(PlacedModel model) {
        return new Deployment(model.model(), model.strategy(), model.stages(), 0, List.of(), 0, 0, model.on());
    }
}
