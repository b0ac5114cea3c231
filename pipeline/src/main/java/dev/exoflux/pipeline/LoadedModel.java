package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelConfig;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.placement.Planner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A model ready to answer, all of it in this process: its stages, the batcher that feeds them, and its text. Owns all of it.
 * Thread-safe.
 */
final class LoadedModel implements AutoCloseable {

    private final PipelineSettings settings;
    private final AnsweringModel answering;
    private final LocalMesh mesh;
    private final Batcher batcher;
    private final CacheBudget budget;
    private final long weightBytes;
    private final Warmth warmth;

    private LoadedModel(
            PipelineSettings settings,
            AnsweringModel answering,
            List<HostedShard> shards,
            CacheBudget budget,
            Warmth warmth,
            Proposers proposers) {
        this.settings = settings;
        this.answering = answering;
        this.mesh = new LocalMesh(shards.stream().map(HostedShard::stage).toList());
        this.batcher = new Batcher(Rings.of(mesh), settings, budget, Schedulers.parallel(), proposers);
        this.budget = budget;
        this.weightBytes = shards.stream().mapToLong(HostedShard::weightBytes).sum();
        this.warmth = warmth;
    }

    /**
     * Loads a model and warms it up. If anything fails, all that was loaded before is freed.
     *
     * @param settings with the context length decided
     * @param cache directory for the tokenizer's native library
     * @param proposers of requests that speculate
     * @throws dev.exoflux.model.ExofluxException OUT_OF_MEMORY, MODEL_INVALID, UNSUPPORTED
     */
    static LoadedModel open(
            ModelDirectory directory,
            Backend backend,
            PipelineSettings settings,
            MemoryShare memory,
            Path cache,
            Proposers proposers) {
        List<Shard> shards = Planner.tile(directory.config().layers(), settings.stages());
        CacheCost cost = cost(directory.config(), shards, backend);
        long cacheBytes = memory.cacheBytes(directory.id(), directory.card().bytes(), settings, cost);
        AnsweringModel answering = AnsweringModel.open(directory, settings.contextLength(), cache);
        try {
            return Loading.insist(() -> {
                List<HostedShard> hosted = hosted(directory, shards, backend);
                try {
                    Warmth warmth =
                            Warmth.of(hosted.stream().map(HostedShard::model).toList(), backend);
                    return new LoadedModel(
                            settings, answering, hosted, new CacheBudget(cacheBytes, cost), warmth, proposers);
                } catch (RuntimeException | Error e) {
                    hosted.forEach(HostedShard::close);
                    throw e;
                }
            });
        } catch (RuntimeException | Error e) {
            answering.close();
            throw e;
        }
    }

    private static List<HostedShard> hosted(ModelDirectory directory, List<Shard> shards, Backend backend) {
        List<HostedShard> hosted = new ArrayList<>();
        try {
            for (Shard shard : shards) {
                hosted.add(HostedShard.loadCold(directory, shard, backend));
            }
            return hosted;
        } catch (RuntimeException | Error e) {
            hosted.forEach(HostedShard::close);
            throw e;
        }
    }

    private static CacheCost cost(ModelConfig config, List<Shard> shards, Backend backend) {
        long bytesPerPosition = shards.stream()
                .mapToLong(shard -> backend.cacheBytesPerPosition(
                        new KvShape(shard.layers().size(), config.kvHeads(), config.headDim())))
                .sum();
        return new CacheCost(bytesPerPosition, backend.cacheBlock());
    }

    AnsweringModel answering() {
        return answering;
    }

    /** Bytes a decode step of one token reads from the weights. */
    long weightBytes() {
        return weightBytes;
    }

    Warmth warmth() {
        return warmth;
    }

    /** Bytes set aside for caches that hold nothing yet. */
    long unusedCacheBytes() {
        return budget.bytes() - mesh.cacheBytes();
    }

    BatcherMetrics metrics() {
        return batcher.metrics();
    }

    /** What this model proposes to another; as {@link AnsweringModel#draftedBy} says. */
    Mono<Proposer> proposerFor(AnsweringModel other) {
        return other.draftedBy(answering, batcher);
    }

    /** As {@link Generator#generate} says. */
    Flux<Token> generate(GenerationRequest request) {
        return answering.generate(request, batcher);
    }

    /** Lets answers finish within the grace of the settings, then frees everything. Blocks. */
    @Override
    public void close() {
        batcher.shutdown(settings.grace()).block();
        mesh.close();
        answering.close();
    }

    /** For the log. */
    @Override
    public String toString() {
        return "%d stages, context %d, %d answers at once, %d MiB for caches, of which ended ones may keep %d"
                .formatted(
                        mesh.stages(),
                        settings.contextLength(),
                        settings.maxConcurrency(),
                        budget.bytes() >> 20,
                        settings.prefixCacheBytes(budget.bytes()) >> 20);
    }
}
