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
import java.util.Comparator;
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
final class Batcher implements Answers, RingEntry.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

    private final PipelineSettings settings;
    private final CacheBudget budget;
    private final Scheduler delivery;
    private final SerialLoop loop = new SerialLoop(this::settle, this::crash);
    private final AtomicLong ids = new AtomicLong();

    // touched within the loop; the concurrent ones are also read by metrics()
    private final Deque<Sequence> queue = new ArrayDeque<>();
    private final Map<Long, Sequence> live = new ConcurrentHashMap<>();
    private final Map<Long, SequenceCache> retiring = new HashMap<>();
    private final Queue<Retire> retirements = new ArrayDeque<>();
    private final PrefixCache prefixes;
    private final Admission admission;
    private final BatchFormation formation;
    private final Drafting drafting;
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong recoveries = new AtomicLong();
    private final Sinks.Empty<Void> idle = Sinks.empty();
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private final RingConnector ring;
    private boolean closing;

    /**
     * @param rings subscribed to when the first sequence goes live
     * @param delivery whose threads call the subscribers
     * @param proposers of requests that speculate
     */
    Batcher(Rings rings, PipelineSettings settings, CacheBudget budget, Scheduler delivery, Proposers proposers) {
        this.settings = settings;
        this.budget = budget;
        this.delivery = delivery;
        this.prefixes = new PrefixCache(settings.prefixCacheBytes(budget.bytes()), budget, this::retire);
        this.admission = new Admission(budget, prefixes, live.values());
        this.formation = new BatchFormation(settings.prefillChunk(), admission::begin);
        this.drafting = new Drafting(proposers, delivery, loop::tell);
        this.ring = new RingConnector(rings, settings.ringPatience(), delivery, loop::tell, this, this::failAll);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A subscription joins the queue at once; one that goes on with an answer goes before those that begin one.
     */
    @Override
    public Flux<SequenceToken> open(SequenceRequest request) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SequenceToken> subscriber) {
                long id = ids.incrementAndGet();
                Delivery out = new Delivery(subscriber, delivery, loop::wake, () -> loop.tell(() -> cancel(id)));
                subscriber.onSubscribe(out);
                loop.tell(() -> submit(id, request, out));
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
                recoveries.get(),
                budget.reservedBytes(),
                ring.cacheBytes(),
                prefixes.metrics(),
                sequences);
    }

    /**
     * Refuses new requests and those that wait, lets the live ones finish for at most {@code grace}, fails what is left, and
     * lets go of the ring; all with SHUTTING_DOWN. Cancel stops the waiting, not the closing.
     */
    Mono<Void> shutdown(Duration grace) {
        return Mono.<Void>fromRunnable(() -> loop.tell(this::refuse))
                .then(idle.asMono().timeout(grace, Mono.empty(), delivery))
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
            if (from == ring.entry()) {
                ring.works();
                take(message);
                from.taken();
            }
        });
    }

    @Override
    public void lost(RingEntry from, Throwable cause) {
        loop.tell(() -> {
            if (from == ring.entry()) {
                lose(cause);
            }
        });
    }

    // ---- everything below runs within the loop ----

    private void submit(long id, SequenceRequest request, Delivery out) {
        if (out.cancelled()) {
            return;
        }
        if (closing) {
            out.fail(BatcherErrors.shuttingDown());
            return;
        }
        Sequence sequence = new Sequence(id, request, out, draftLength(request));
        if (!budget.everFits(sequence.capacity())) {
            sequence.delivery().fail(budget.neverFits(sequence.capacity()));
            return;
        }
        if (sequence.resumed()) {
            queue.addFirst(sequence);
        } else {
            queue.addLast(sequence);
        }
        admit();
        if (queue.size() > settings.queue()) {
            queue.removeLast().delivery().fail(BatcherErrors.overloaded(live.size(), queue.size()));
        }
        queued.set(queue.size());
    }

    private @Nullable DraftLength draftLength(SequenceRequest request) {
        Speculation speculation = request.speculation();
        return speculation == null ? null : drafting.length(speculation);
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
        drafting.home();
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

    /** The ring is lost, and with it all caches: whoever is live goes on where it was on the next one. */
    private void lose(Throwable cause) {
        if (ring.seeking()) {
            LOG.debug("The ring cannot be laid again yet", cause);
        } else {
            LOG.warn("The ring is lost with {} answers on it: {}", live.size(), cause.getMessage());
        }
        if (!moved(cause)) {
            live.values().forEach(Sequence::lost);
        }
        live.values().stream()
                .filter(Sequence::hopeless)
                .forEach(sequence -> sequence.delivery().fail(BatcherErrors.hopeless(cause)));
        live.values().removeIf(Sequence::hopeless);
        interrupt();
        ring.lost(cause);
    }

    /** Whether a part of the ring was taken elsewhere, which no answer on it can be the cause of. */
    private static boolean moved(Throwable cause) {
        return cause instanceof ExofluxException told && told.code() == ErrorCode.RING_UNKNOWN;
    }

    /** Another ring takes the place of this one, of which everything sent has come home. */
    private void move() {
        LOG.info("Answers move to another ring: {} are under way", live.size());
        interrupt();
        ring.leave();
    }

    /** No stage holds anything any more. Live sequences wait for memory anew, before all others. */
    private void interrupt() {
        List<Sequence> interrupted = live.values().stream()
                .sorted(Comparator.comparingLong(Sequence::id).reversed())
                .toList();
        recoveries.addAndGet(interrupted.stream().anyMatch(Sequence::known) ? 1 : 0);
        forget();
        for (Sequence sequence : interrupted) {
            sequence.interrupt();
            queue.addFirst(sequence);
        }
        queued.set(queue.size());
    }

    /** The bookkeeping has failed: nobody's answer can go on. */
    private void crash(Throwable cause) {
        LOG.error("All answers end, because of a defect", cause);
        failAll(BatcherErrors.of(cause));
        ring.reset();
    }

    private void failAll(ExofluxException cause) {
        live.values().forEach(sequence -> sequence.delivery().fail(cause));
        queue.forEach(sequence -> sequence.delivery().fail(cause));
        queue.clear();
        queued.set(0);
        forget();
    }

    /** Whatever the stages held is gone. */
    private void forget() {
        live.clear();
        prefixes.clear();
        retiring.clear();
        retirements.clear();
        formation.clear();
        drafting.forget();
        inFlight.set(0);
        budget.releaseAll();
    }

    private void refuse() {
        closing = true;
        queue.forEach(sequence -> sequence.delivery().fail(BatcherErrors.shuttingDown()));
        queue.clear();
        queued.set(0);
    }

    private void stop() {
        failAll(BatcherErrors.shuttingDown());
        ring.close();
        stopped.tryEmitEmpty();
    }

    /** Acts on what has changed: lets in who fits, sends what may go. */
    private void settle() {
        if (ring.leaving() && inFlight.get() == 0) {
            move();
        }
        prefixes.shrink();
        admit();
        RingEntry connected = live.isEmpty() ? ring.idle() : ring.connect();
        if (connected != null && !ring.leaving()) {
            drafting.ask(live.values());
            send(connected);
        }
        if (closing && live.isEmpty() && queue.isEmpty() && retiring.isEmpty()) {
            idle.tryEmitEmpty();
        }
    }

    private void send(RingEntry connected) {
        formation.inFlight(ring.stages());
        while (!retirements.isEmpty() && connected.open()) {
            connected.send(retirements.remove());
        }
        while (inFlight.get() + drafting.cohorts() < ring.stages() && connected.open() && sendBatch(connected)) {
            inFlight.incrementAndGet();
            batches.incrementAndGet();
        }
    }

    private boolean sendBatch(RingEntry connected) {
        TokenBatch batch = formation.next();
        if (batch.spans().isEmpty()) {
            return false;
        }
        drafting.sent(batch);
        connected.send(batch);
        return true;
    }
}
