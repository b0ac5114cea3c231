package dev.exoflux.mesh.cluster;

import dev.exoflux.mesh.wire.BatchersCodec;
import dev.exoflux.mesh.wire.HopEndpoint;
import dev.exoflux.mesh.wire.PeerAddress;
import dev.exoflux.mesh.wire.StreamKind;
import dev.exoflux.pipeline.BatcherMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Asks each head of the cluster what its batchers are at, all at once. Thread-safe. */
final class HeadReports {

    /** Within which a head has to answer: a person waits for it, every second again. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final byte[] NOTHING = {};

    private final HopEndpoint endpoint;
    private final Supplier<Map<String, BatcherMetrics>> here;

    /**
     * One head's answer.
     *
     * @param batchers null where it has not answered
     */
    private record Report(String head, @Nullable Map<String, BatcherMetrics> batchers) {}

    /** @param here what the batchers of this peer are at */
    HeadReports(HopEndpoint endpoint, Supplier<Map<String, BatcherMetrics>> here) {
        this.endpoint = endpoint;
        this.here = here;
    }

    /** What a peer answers to others that ask it. */
    static Flux<ByteBuf> served(Supplier<Map<String, BatcherMetrics>> here) {
        return Mono.fromSupplier(() -> BatchersCodec.encode(here.get(), PooledByteBufAllocator.DEFAULT))
                .flux();
    }

    /** All that answer within {@link #PATIENCE}. Never an error; cancel leaves nobody asked. */
    Mono<Batchers> all(ClusterView view) {
        Map<String, Set<String>> heads = heads(view);
        return Flux.fromIterable(heads.keySet())
                .flatMap(head -> report(head, view), Math.max(1, heads.size()))
                .collectList()
                .map(reports -> together(reports, heads));
    }

    /** The models of each head. */
    private static Map<String, Set<String>> heads(ClusterView view) {
        Map<String, Set<String>> heads = new TreeMap<>();
        for (PlacedModel placed : view.placed()) {
            if (!placed.shards().isEmpty()) {
                heads.computeIfAbsent(placed.shards().getFirst().peer(), head -> new TreeSet<>())
                        .add(placed.model());
            }
        }
        return heads;
    }

    private Mono<Report> report(String head, ClusterView view) {
        if (head.equals(view.self())) {
            return Mono.fromSupplier(() -> new Report(head, here.get()));
        }
        return Mono.justOrEmpty(Addresses.of(view.topology(), view.self(), head))
                .flatMap(this::asked)
                .timeout(PATIENCE, Schedulers.parallel())
                .map(batchers -> new Report(head, batchers))
                .defaultIfEmpty(new Report(head, null))
                .onErrorReturn(new Report(head, null));
    }

    private Mono<Map<String, BatcherMetrics>> asked(PeerAddress head) {
        return endpoint.request(head, StreamKind.BATCHERS, NOTHING, BatchersCodec::decode)
                .next()
                .publishOn(Schedulers.parallel()); // the way to a head is its event loop's
    }

    /** A head speaks for what it heads as this peer sees it: a model that moves may be at two for a moment. */
    private static Batchers together(List<Report> reports, Map<String, Set<String>> heads) {
        Map<String, BatcherMetrics> byModel = new HashMap<>();
        Set<String> silent = new HashSet<>();
        for (Report report : reports) {
            Map<String, BatcherMetrics> batchers = report.batchers();
            if (batchers == null) {
                silent.add(report.head());
            } else {
                heads.getOrDefault(report.head(), Set.of()).stream()
                        .filter(batchers::containsKey)
                        .forEach(model -> byModel.put(model, batchers.get(model)));
            }
        }
        return new Batchers(byModel, silent);
    }
}
