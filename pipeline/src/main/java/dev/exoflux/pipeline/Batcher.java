package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Turns the demand of live sequences into batches, and what the ring makes of them into tokens: continuous batching (Yu et
 * al. 2022) with prompts in chunks between the answers (Agrawal et al. 2023). The entry's one place of decision.
 *
 * <p>How a token comes about: a subscriber's {@code request(n)} makes its sequence {@linkplain Sequence#ready ready}; {@link
 * #settle} puts those that are ready into a batch as long as fewer batches travel than the ring has stages; the batch comes
 * home with the tokens chosen at the tail; they go out to their subscribers ({@link Delivery}), and the round begins again.
 * A sequence joins and leaves at any step. One whose reader has stopped asking is simply in no batch.
 *
 * <p>A sequence is queued (a bounded number, in order of arrival), then live (it has a place among {@code maxConcurrency},
 * and memory set aside for the longest its cache may get), then retiring: from its end, cancel or failure until its {@link
 * Retire} has come round, when no stage holds anything of it any more and its memory is free again. Between the two it may be
 * retained for as long as there is room, for sequences that begin as it did (see {@link PrefixCache}).
 *
 * <p>All state is confined to a {@link SerialLoop}: whoever brings news (a subscriber's thread, the tail's) does the
 * bookkeeping. Nothing blocks, no lock is held while calling out, and subscribers are called on threads of their own.
 */
final class Batcher implements RingEntry.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

    private final Mesh mesh;
    private final PipelineSettings settings;
    private final CacheBudget budget;
    private final Scheduler delivery;
    private final SerialLoop loop = new SerialLoop(this::settle, this::lose);
    private final AtomicLong ids = new AtomicLong();

    // touched within the loop; the concurrent ones are also read by metrics()
    private final Deque<Sequence> queue = new ArrayDeque<>();
    private final Map<Long, Sequence> live = new ConcurrentHashMap<>();
    private final Map<Long, SequenceCache> retiring = new HashMap<>();
    private final Queue<Retire> retirements = new ArrayDeque<>();
    private final PrefixCache prefixes;
    private final Admission admission;
    private final BatchFormation formation;
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong batches = new AtomicLong();
    private final Sinks.Empty<Void> idle = Sinks.empty();
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private @Nullable RingEntry ring;
    private boolean closing;

    /**
     * @param mesh connected to when the first sequence goes live, and again after it was lost
     * @param delivery whose threads call the subscribers
     */
    Batcher(Mesh mesh, PipelineSettings settings, CacheBudget budget, Scheduler delivery) {
        this.mesh = mesh;
        this.settings = settings;
        this.budget = budget;
        this.delivery = delivery;
        this.prefixes = new PrefixCache(settings.prefixCacheBytes(budget.bytes()), budget, this::retire);
        this.admission = new Admission(budget, prefixes, live.values());
        this.formation = new BatchFormation(mesh.stages(), settings.prefillChunk(), admission::begin);
    }

    /**
     * The answer to a request; each subscription is a sequence of its own and joins the queue at once.
     *
     * <p>Demand drives decoding, cancel retires the sequence. Ends with the token that has a {@code finish}, or in an {@link
     * ExofluxException}: OVERLOADED, OUT_OF_MEMORY, SHUTTING_DOWN, or what a stage failed with.
     */
    Flux<SequenceToken> open(SequenceRequest request) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SequenceToken> subscriber) {
                long id = ids.incrementAndGet();
                Delivery out = new Delivery(subscriber, delivery, loop::wake, () -> loop.tell(() -> cancel(id)));
                Sequence sequence = new Sequence(id, request, out);
                subscriber.onSubscribe(out);
                loop.tell(() -> submit(sequence));
            }
        };
    }

    /** A snapshot; from any thread. */
    BatcherMetrics metrics() {
        List<BatcherMetrics.Live> sequences =
                live.values().stream().map(Sequence::metrics).toList();
        return new BatcherMetrics(
                sequences.size(),
                queued.get(),
                inFlight.get(),
                batches.get(),
                budget.reservedBytes(),
                mesh.cacheBytes(),
                prefixes.metrics(),
                sequences);
    }

    /**
     * Refuses new requests and those that wait, lets the live ones finish for at most {@code grace}, fails what is left, and
     * lets go of the ring; all with SHUTTING_DOWN. Cancel stops the waiting, not the closing.
     */
    Mono<Void> shutdown(Duration grace) {
        return Mono.<Void>fromRunnable(() -> loop.tell(this::refuse))
                .then(idle.asMono())
                .timeout(grace, Mono.empty(), delivery)
                .then(Mono.<Void>fromRunnable(() -> loop.tell(this::stop)))
                .then(stopped.asMono());
    }

    @Override
    public void wanted() {
        loop.wake();
    }

    @Override
    public void received(RingEntry from, StageMessage message) {
        loop.tell(() -> {
            if (from == ring) {
                take(message);
                from.taken();
            }
        });
    }

    @Override
    public void lost(RingEntry from, Throwable cause) {
        loop.tell(() -> {
            if (from == ring) {
                lose(cause);
            }
        });
    }

    // ---- everything below runs within the loop ----

    private void submit(Sequence sequence) {
        if (sequence.delivery().cancelled()) {
            return;
        }
        if (closing) {
            sequence.delivery().fail(shuttingDown());
            return;
        }
        if (!budget.everFits(sequence.capacity())) {
            sequence.delivery().fail(budget.neverFits(sequence.capacity()));
            return;
        }
        queue.add(sequence);
        admit();
        if (queue.size() > settings.queue()) {
            queue.removeLast().delivery().fail(overloaded());
        }
        queued.set(queue.size());
    }

    private void admit() {
        while (!queue.isEmpty() && live.size() < settings.maxConcurrency() && admission.admit(queue.getFirst())) {
            Sequence sequence = queue.removeFirst();
            live.put(sequence.id(), sequence);
            formation.add(sequence);
            sequence.start();
            if (sequence.finished()) {
                end(sequence);
            }
        }
        queued.set(queue.size());
    }

    private void cancel(long id) {
        queue.removeIf(sequence -> sequence.id() == id);
        Sequence sequence = live.get(id);
        if (sequence != null) {
            end(sequence);
        }
    }

    /** A sequence has all it wanted; what it has computed may serve others. */
    private void end(Sequence sequence) {
        leave(sequence);
        if (sequence.known()) {
            prefixes.keep(sequence.cache());
        } else {
            sequence.cache().lease().leave();
            sequence.cache().lease().release();
        }
    }

    /** Takes a sequence out of the batches. */
    private void leave(Sequence sequence) {
        live.remove(sequence.id());
        formation.remove(sequence);
        sequence.cache().renounce();
    }

    /** Has the stages free a sequence's cache; its memory is free once none holds it any more. */
    private void retire(SequenceCache cache) {
        cache.lease().leave();
        retiring.put(cache.id(), cache);
        retirements.add(new Retire(cache.id()));
    }

    private void take(StageMessage message) {
        switch (message) {
            case TokenBatch batch -> take(batch);
            case Failed failed -> fail(failed);
            case Retire retire -> retired(retire);
            case ActivationBatch batch ->
                throw new IllegalStateException("The tail sent home hidden states of " + batch.spans());
        }
    }

    private void take(TokenBatch batch) {
        inFlight.decrementAndGet();
        int row = 0;
        for (Span span : batch.spans()) {
            Sequence sequence = live.get(span.sequence());
            SequenceCache ended = prefixes.get(span.sequence());
            if (ended != null) {
                ended.computed(span); // cancelled while this travelled
            } else if (sequence != null) {
                sequence.take(span, rows(batch, row, span.outputs()));
                if (sequence.finished()) {
                    end(sequence);
                }
            }
            row += span.outputs();
        }
    }

    private static List<Sampled> rows(TokenBatch batch, int from, int count) {
        List<Sampled> rows = new ArrayList<>(count);
        for (int row = from; row < from + count; row++) {
            rows.add(new Sampled(batch.ids()[row], batch.logprobs().get(row)));
        }
        return rows;
    }

    private void fail(Failed failed) {
        Sequence sequence = live.get(failed.sequence());
        if (sequence == null) {
            return;
        }
        sequence.delivery().fail(new ExofluxException(failed.code(), failed.message()));
        leave(sequence);
        if (sequence.cache().awaited()) {
            prefixes.keep(sequence.cache()); // what it had computed before is as good as any
        } else {
            retire(sequence.cache());
        }
        if (failed.code() == ErrorCode.OUT_OF_MEMORY) {
            prefixes.evictAll(); // a machine has less than it had: whoever comes needs it more
        }
    }

    private void retired(Retire retire) {
        SequenceCache cache = retiring.remove(retire.sequence());
        if (cache != null) {
            cache.lease().release();
        }
    }

    /** The ring is lost, or the bookkeeping has failed: nobody's answer can go on. The next request wakes a new ring. */
    private void lose(Throwable cause) {
        LOG.error("All answers end, because the ring is lost", cause);
        failAll(
                cause instanceof ExofluxException told
                        ? told
                        : new ExofluxException(ErrorCode.INTERNAL, "The ring of stages is lost: " + cause, cause));
    }

    private void failAll(ExofluxException cause) {
        live.values().forEach(sequence -> sequence.delivery().fail(cause));
        queue.forEach(sequence -> sequence.delivery().fail(cause));
        live.clear();
        prefixes.clear();
        queue.clear();
        retiring.clear();
        retirements.clear();
        formation.clear();
        queued.set(0);
        inFlight.set(0);
        budget.releaseAll();
        if (ring != null) {
            ring.disconnect();
            ring = null;
        }
    }

    private void refuse() {
        closing = true;
        queue.forEach(sequence -> sequence.delivery().fail(shuttingDown()));
        queue.clear();
        queued.set(0);
    }

    private void stop() {
        failAll(shuttingDown());
        stopped.tryEmitEmpty();
    }

    /** Acts on what has changed: lets in who fits, sends what may go. */
    private void settle() {
        prefixes.shrink();
        admit();
        RingEntry connected = ring == null ? connect() : ring;
        if (connected != null) {
            while (!retirements.isEmpty() && connected.open()) {
                connected.send(retirements.remove());
            }
            while (inFlight.get() < mesh.stages() && connected.open() && sendBatch(connected)) {
                inFlight.incrementAndGet();
                batches.incrementAndGet();
            }
        }
        if (closing && live.isEmpty() && retiring.isEmpty()) {
            idle.tryEmitEmpty();
        }
    }

    private @Nullable RingEntry connect() {
        if (live.isEmpty()) {
            return null;
        }
        RingEntry connected = new RingEntry(this);
        ring = connected;
        connected.connect(mesh);
        return connected;
    }

    private boolean sendBatch(RingEntry connected) {
        TokenBatch batch = formation.next();
        if (batch.spans().isEmpty()) {
            return false;
        }
        connected.send(batch);
        return true;
    }

    private ExofluxException overloaded() {
        return new ExofluxException(ErrorCode.OVERLOADED, """
                %d requests are being answered and %d are waiting: no more than %d may wait.
                Maybe try again in a moment, or raise max-concurrency.""".formatted(live.size(), queue.size(), settings.queue()));
    }

    private static ExofluxException shuttingDown() {
        return new ExofluxException(
                ErrorCode.SHUTTING_DOWN, "The peer is shutting down.\nMaybe try again in a moment.");
    }
}
