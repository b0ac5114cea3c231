package dev.exoflux.pipeline;

import java.util.List;
import reactor.core.publisher.Flux;

/**
 * All stages in this process. A hop is then no more than a reference: the hand-over to the next stage's compute thread, with
 * its bounded demand, is the first thing that {@link ModelStage#process} does.
 */
final class LocalMesh implements Mesh {

    private final List<ModelStage> stages;

    /** @param stages in the order activations pass through them; closed with the mesh */
    LocalMesh(List<ModelStage> stages) {
        this.stages = List.copyOf(stages);
    }

    @Override
    public int stages() {
        return stages.size();
    }

    @Override
    public long cacheBytes() {
        return stages.stream().mapToLong(ModelStage::cacheBytes).sum();
    }

    @Override
    public Flux<StageMessage> ring(Flux<StageMessage> entry) {
        Hop hop = () -> entry;
        for (ModelStage stage : stages) {
            Flux<StageMessage> published = hop.receive().transform(stage::process);
            hop = () -> published;
        }
        return hop.receive();
    }

    @Override
    public void close() {
        stages.forEach(ModelStage::close);
    }
}
