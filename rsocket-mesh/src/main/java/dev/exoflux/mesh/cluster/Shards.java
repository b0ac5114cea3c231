package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.wire.StageHost;
import dev.exoflux.model.Backend;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Shard;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.pipeline.HostedShard;
import dev.exoflux.pipeline.Stage;
import dev.exoflux.pipeline.placement.HeldShard;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The parts of models that this peer holds, following what was decided: it fetches and loads what is placed here, and frees what
 * is not any more. One thread works on a model at a time.
 *
 * <p>The part of an earlier placement is freed before the next is loaded, since there may not be room for both; one with the same
 * layers serves on as it is.
 */
final class Shards implements StageHost, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Shards.class);

    /** What the part is to be. */
    private record Wanted(long epoch, int stage, Decision.Part part, int modelLayers, String fingerprint) {}

    /** What it is. */
    private record Held(Wanted as, HeldShard told, @Nullable HostedShard shard) {}

    private final ModelFiles files;
    private final Backend backend;
    private final Runnable changed;
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    // guarded by this
    private final Map<String, Wanted> wanted = new HashMap<>();
    private final Map<String, Sinks.Empty<Void>> working = new HashMap<>();
    private boolean closed;

    /** @param changed called whenever {@link #told} says something else */
    Shards(ModelFiles files, Backend backend, Runnable changed) {
        this.files = files;
        this.backend = backend;
        this.changed = changed;
    }

    @Override
    public @Nullable Stage stage(String ring, long epoch, int stage) {
        Held part = held.get(ring);
        if (part == null || part.as().epoch() != epoch || part.as().stage() != stage) {
            return null;
        }
        HostedShard shard = part.shard();
        return shard == null ? null : shard.stage();
    }

    /** What the cluster is told of it. */
    List<HeldShard> told() {
        return held.values().stream().map(Held::told).toList();
    }

    /** Bytes set aside for all of it. */
    long memoryBytes() {
        return held.values().stream()
                .mapToLong(part -> part.told().memoryBytes())
                .sum();
    }

    /** Bytes of these that are in use: weights that are loaded, and caches. */
    long usedBytes() {
        return held.values().stream()
                .map(Held::shard)
                .mapToLong(shard -> shard == null ? 0 : shard.weightBytes() + shard.cacheBytes())
                .sum();
    }

    /** Bytes that caches take in a model's part here; 0 where there is none. */
    long cacheBytes(String model) {
        Held part = held.get(model);
        HostedShard shard = part == null ? null : part.shard();
        return shard == null ? 0 : shard.cacheBytes();
    }

    /** Follows what is decided. */
    synchronized void apply(ClusterView view) {
        Map<String, Wanted> next = new HashMap<>();
        for (Decision decision : view.decisions().values()) {
            decision.stage(view.self())
                    .ifPresent(stage -> next.put(
                            decision.model(),
                            new Wanted(
                                    decision.epoch(),
                                    stage,
                                    decision.parts().get(stage),
                                    decision.layers(),
                                    decision.fingerprint())));
        }
        Set<String> touched = new HashSet<>(wanted.keySet());
        touched.addAll(next.keySet());
        touched.removeIf(model -> Objects.equals(wanted.get(model), next.get(model)));
        wanted.clear();
        wanted.putAll(next);
        touched.forEach(this::work);
    }

    /** Has somebody look after a model; whoever does so already is told that what it does may be in vain. */
    private void work(String model) {
        Sinks.Empty<Void> news = working.get(model);
        if (news != null) {
            news.tryEmitEmpty();
        } else if (!closed) {
            working.put(model, Sinks.empty());
            Thread.ofPlatform().name("exoflux-load-" + model).daemon().start(() -> follow(model));
        }
    }

    private void follow(String model) {
        while (true) {
            Wanted next;
            Mono<Void> news;
            synchronized (this) {
                next = closed ? null : wanted.get(model);
                if (isSo(model, next)) {
                    working.remove(model);
                    notifyAll();
                    return;
                }
                Sinks.Empty<Void> sink = Sinks.empty();
                working.put(model, sink);
                news = sink.asMono();
            }
            settle(model, next, news);
        }
    }

    private boolean isSo(String model, @Nullable Wanted next) {
        Held now = held.get(model);
        return next == null ? now == null : now != null && now.as().equals(next);
    }

    private void settle(String model, @Nullable Wanted next, Mono<Void> news) {
        Held before = held.get(model);
        HostedShard shard = before == null ? null : before.shard();
        if (next != null
                && before != null
                && shard != null
                && before.as().part().layers().equals(next.part().layers())) {
            hold(model, next, shard, HeldShard.State.READY, 1, "");
            return;
        }
        if (next == null) {
            held.remove(model);
        } else {
            hold(model, next, null, HeldShard.State.LOADING, 0, "");
        }
        if (shard != null) {
            shard.close();
            changed.run();
        }
        if (next != null) {
            load(model, next, news);
        }
    }

    private void load(String model, Wanted next, Mono<Void> news) {
        Shard layers = new Shard(next.part().layers(), next.modelLayers());
        try {
            ModelDirectory directory = files.shard(
                            model, next.fingerprint(), layers, done -> fetched(model, next, done))
                    .takeUntilOther(news)
                    .block(); // a thread of this model's own
            if (directory == null) {
                return; // something else is wanted by now
            }
            checkMemory(model, next);
            HostedShard shard = HostedShard.load(directory, layers, backend);
            LOG.info(
                    "Holding layers {} to {} of {}: {}",
                    layers.layers().from(),
                    layers.layers().to(),
                    model,
                    shard);
            hold(model, next, shard, HeldShard.State.READY, 1, "");
        } catch (ExofluxException e) {
            failed(model, next, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) { // whatever it is, the others must not wait for this part for ever
            LOG.error("A part of {} cannot be loaded", model, e);
            failed(model, next, "A part of %s cannot be loaded: %s".formatted(model, e));
        }
    }

    /** What a plan went by may be used by another program meanwhile. */
    private void checkMemory(String model, Wanted next) {
        long available = backend.availableBytes();
        if (next.part().memoryBytes() > available) {
            throw new ExofluxException(
                    ErrorCode.OUT_OF_MEMORY,
                    "A part of %s needs %d bytes for weights and caches; %d are available.\nMaybe end other programs, or deploy it with a smaller --context."
                            .formatted(model, next.part().memoryBytes(), available));
        }
    }

    private void failed(String model, Wanted next, String reason) {
        LOG.warn("{}", reason);
        hold(model, next, null, HeldShard.State.FAILED, 0, reason);
    }

    private void fetched(String model, Wanted next, double share) {
        Held now = held.get(model);
        double shown = Math.floor(share * 95) / 100; // the rest is loading
        if (now != null && now.as().equals(next) && now.told().progress() < shown) {
            hold(model, next, null, HeldShard.State.LOADING, shown, "");
        }
    }

    private void hold(
            String model,
            Wanted next,
            @Nullable HostedShard shard,
            HeldShard.State state,
            double progress,
            String reason) {
        HeldShard told = new HeldShard(
                model, next.part().layers(), next.epoch(), next.part().memoryBytes(), state, progress, reason);
        held.put(model, new Held(next, told, shard));
        changed.run();
    }

    /** Frees everything; rings that are laid over it end. Blocks until it is done. */
    @Override
    public synchronized void close() {
        closed = true;
        working.values().forEach(Sinks.Empty::tryEmitEmpty);
        boolean interrupted = false;
        while (!working.isEmpty()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        held.values().forEach(part -> {
            if (part.shard() != null) {
                part.shard().close();
            }
        });
        held.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
