package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Shard;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelConfig;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.placement.Planner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A model ready to answer: its stages, the batcher that feeds them, and its text. Owns all of it. Thread-safe. */
final class LoadedModel implements AutoCloseable {

    private final PipelineSettings settings;
    private final ModelText text;
    private final LocalMesh mesh;
    private final Batcher batcher;
    private final RequestRules rules;
    private final CacheBudget budget;
    private final long weightBytes;
    private final Warmth warmth;

    private LoadedModel(
            PipelineSettings settings,
            ModelText text,
            LocalMesh mesh,
            Batcher batcher,
            RequestRules rules,
            CacheBudget budget,
            long weightBytes,
            Warmth warmth) {
        this.settings = settings;
        this.text = text;
        this.mesh = mesh;
        this.batcher = batcher;
        this.rules = rules;
        this.budget = budget;
        this.weightBytes = weightBytes;
        this.warmth = warmth;
    }

    /**
     * Loads a model and warms it up. If anything fails, all that was loaded before is freed.
     *
     * @param settings with the context length decided
     * @param cache directory for the tokenizer's native library
     * @throws dev.exoflux.model.ExofluxException OUT_OF_MEMORY, MODEL_INVALID, UNSUPPORTED
     */
    static LoadedModel open(
            ModelDirectory directory, Backend backend, PipelineSettings settings, MemoryShare memory, Path cache) {
        ModelConfig config = directory.config();
        List<Shard> shards = Planner.tile(config.layers(), settings.stages());
        long bytesPerPosition = shards.stream()
                .mapToLong(shard -> backend.cacheBytesPerPosition(
                        new KvShape(shard.layers().size(), config.kvHeads(), config.headDim())))
                .sum();
        CacheCost cost = new CacheCost(bytesPerPosition, backend.cacheBlock());
        long cacheBytes = memory.cacheBytes(directory.id(), directory.card().bytes(), settings, cost);
        ModelText text = ModelText.load(directory, cache);
        List<ModelStage> stages = new ArrayList<>();
        List<CausalLm> models = new ArrayList<>();
        try {
            long weightBytes = 0;
            for (Shard shard : shards) {
                CausalLm model = Architectures.load(directory, shard, backend);
                weightBytes += model.weightBytes();
                models.add(model);
                stages.add(new ModelStage("exoflux-stage-" + stages.size() + "-" + directory.id(), model, backend));
            }
            Warmth warmth = Warmth.of(models, backend);
            LocalMesh mesh = new LocalMesh(stages);
            CacheBudget budget = new CacheBudget(cacheBytes, cost);
            Batcher batcher = new Batcher(Rings.of(mesh), settings, budget, Schedulers.parallel());
            RequestRules rules = new RequestRules(settings.contextLength(), config.vocabularySize(), text.ends());
            return new LoadedModel(settings, text, mesh, batcher, rules, budget, weightBytes, warmth);
        } catch (RuntimeException | Error e) {
            stages.forEach(ModelStage::close);
            text.close();
            throw e;
        }
    }

    ModelText text() {
        return text;
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

    /** As {@link ServedModel#decode} says. */
    String decode(int[] ids) {
        rules.checkIds(ids);
        return text.tokenizer().decode(ids, false);
    }

    /** As {@link Generator#generate} says. */
    Flux<Token> generate(GenerationRequest request) {
        return Mono.fromCallable(() -> rules.apply(request, text.encode(request.prompt())))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMapMany(sequence -> answer(request, sequence));
    }

    private Flux<Token> answer(GenerationRequest request, SequenceRequest sequence) {
        AnswerText answer = text.answer(request, sequence.prompt());
        return batcher.open(sequence)
                .map(answer::next)
                .takeUntil(token -> token.finish() != null); // a stop string cancels, and so retires the sequence
    }

    /** Lets answers finish within the grace of the settings, then frees everything. Blocks. */
    @Override
    public void close() {
        batcher.shutdown(settings.grace()).block();
        mesh.close();
        text.close();
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
