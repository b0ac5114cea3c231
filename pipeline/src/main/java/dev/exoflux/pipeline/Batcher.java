package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.Sampled;
import dev.exoflux.pipeline.StageMessage.ActivationBatch;
import dev.exoflux.pipeline.StageMessage.Failed;
import dev.exoflux.pipeline.StageMessage.Retire;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 * #settle} puts those that are ready into a batch as long as fewer batches travel than may; the batch comes
 * home with the tokens chosen at the tail; they go out to their subscribers ({@link Delivery}), and the round begins again.
 * A sequence joins and leaves at any step. One whose reader has stopped asking is simply in no batch.
 *
 * <p>A sequence waits (a bounded number, by priority and in order of arrival), then is live: it has a place among {@code
 * maxConcurrency}, and memory for what it has to compute. Where memory runs short it may be set aside, and goes on later where it was
 * ({@link MemoryKeeper}). From its end, cancel or failure its cache is retiring until its {@link Retire} has come round, when no stage
 * holds anything of it any more and its memory is free again; or it is retained for as long as there is room, for sequences that
 * begin as it did ({@link PrefixCache}). {@link Roster} keeps the books.
 *
 * <p>All state is confined to a {@link SerialLoop}: whoever brings news (a subscriber's thread, the tail's) does the
 * bookkeeping. Nothing blocks, no lock is held while calling out, and subscribers are called on threads of their own.
 */
final class Batcher implements Answers, RingEntry.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

    private final CacheBudget budget;
    private final Scheduler delivery;
    private final SerialLoop loop = new SerialLoop(this::settle, this::crash);
    private final AtomicLong ids = new AtomicLong();

    // touched within the loop; the concurrent ones are also read by metrics()
    private final Roster roster;
    private final MemoryKeeper memory;
    private final Deadlines deadlines;
    private final Drafting drafting;
    private final Traffic traffic;
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
        this.budget = budget;
        this.delivery = delivery;
        this.roster = new Roster(settings, budget, ids::incrementAndGet);
        this.memory = new MemoryKeeper(roster, delivery, loop::tell);
        this.deadlines = new Deadlines(delivery, id -> loop.tell(() -> expire(id)));
        this.drafting = new Drafting(proposers, delivery, loop::tell);
        this.traffic = new Traffic(roster, drafting, settings, delivery);
        this.ring = new RingConnector(rings, settings.ringPatience(), delivery, loop::tell, this, this::failAll);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A subscription waits for its turn at once; one that goes on with an answer goes before those that begin one.
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
        List<BatcherMetrics.Live> sequences = roster.metrics().toList();
        return new BatcherMetrics(
                sequences.size(),
                roster.waiting() + roster.returning(),
                roster.returning(),
                traffic.inFlight(),
                traffic.batches(),
                recoveries.get(),
                roster.timesAside(),
                budget.reservedBytes(),
                budget.bytes(),
                ring.cacheBytes(),
                roster.prefixes().metrics(),
                sequences,
                traffic.metrics(ring.credit()));
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
        ExofluxException refusal = refusal(request);
        if (refusal != null) {
            out.fail(refusal);
            return;
        }
        deadlines.watch(id, request.scheduling().deadline());
        Sequence refused = roster.add(new Sequence(id, request, out, draftLength(request)));
        if (refused != null) {
            deadlines.forget(refused.id());
            refused.delivery()
                    .fail(BatcherErrors.overloaded(roster.live().size(), roster.waiting() + roster.returning()));
        }
    }

    private @Nullable ExofluxException refusal(SequenceRequest request) {
        if (closing) {
            return BatcherErrors.shuttingDown();
        }
        if (!budget.everFits(request.capacity())) {
            return budget.neverFits(request.capacity());
        }
        return deadlines.over(request.scheduling().deadline())
                ? BatcherErrors.late(request.scheduling().deadline(), false)
                : null;
    }

    private @Nullable DraftLength draftLength(SequenceRequest request) {
        Speculation speculation = request.speculation();
        return speculation == null ? null : drafting.length(speculation);
    }

    private void cancel(long id) {
        roster.remove(id);
        deadlines.forget(id);
    }

    private void expire(long id) {
        deadlines.forget(id);
        Sequence sequence = roster.remove(id);
        if (sequence != null) {
            sequence.delivery().fail(BatcherErrors.late(sequence.scheduling().deadline(), sequence.begun()));
        }
    }

    private void end(Sequence sequence) {
        roster.end(sequence);
        deadlines.forget(sequence.id());
    }

    private void take(StageMessage message) {
        switch (message) {
            case TokenBatch batch -> take(batch);
            case Failed failed -> fail(failed);
            case Retire retire -> roster.retired(retire);
            case ActivationBatch batch ->
                throw new IllegalStateException("The tail sent home hidden states of " + batch.spans());
        }
    }

    private void take(TokenBatch batch) {
        traffic.home(batch);
        int row = 0;
        for (Span span : batch.spans()) {
            Sequence sequence = roster.live(span.sequence());
            SequenceCache ended = roster.prefixes().get(span.sequence());
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
        Sequence sequence = roster.live(failed.sequence());
        if (sequence == null) {
            return;
        }
        boolean memory = failed.code() == ErrorCode.OUT_OF_MEMORY;
        if (memory && !sequence.claim().shortOfMemory()) {
            LOG.info("A machine has no memory for an answer, which waits and goes on: {}", failed.message());
            roster.setAsideForAnother(sequence);
        } else {
            sequence.delivery().fail(new ExofluxException(failed.code(), failed.message()));
            roster.fail(sequence);
            deadlines.forget(sequence.id());
        }
        if (memory) {
            roster.prefixes().evictAll(); // a machine has less than it had: whoever comes needs it more
        }
    }

    /** The ring is lost, and with it all caches: whoever is live goes on where it was on the next one. */
    private void lose(Throwable cause) {
        if (ring.seeking()) {
            LOG.debug("The ring cannot be laid again yet", cause);
        } else {
            LOG.warn("The ring is lost with {} answers on it: {}", roster.live().size(), cause.getMessage());
        }
        if (!moved(cause)) {
            roster.live().forEach(Sequence::lost);
        }
        for (Sequence sequence : List.copyOf(roster.live())) {
            if (sequence.claim().hopeless()) {
                sequence.delivery().fail(BatcherErrors.hopeless(cause));
                roster.fail(sequence);
                deadlines.forget(sequence.id());
            }
        }
        interrupt();
        ring.lost(cause);
    }

    /** Whether a part of the ring was taken elsewhere, which no answer on it can be the cause of. */
    private static boolean moved(Throwable cause) {
        return cause instanceof ExofluxException told && told.code() == ErrorCode.RING_UNKNOWN;
    }

    /** Another ring takes the place of this one, of which everything sent has come home. */
    private void move() {
        LOG.info("Answers move to another ring: {} are under way", roster.live().size());
        interrupt();
        ring.leave();
    }

    /** No stage holds anything any more. Live sequences wait for memory anew, before all others. */
    private void interrupt() {
        recoveries.addAndGet(roster.live().stream().anyMatch(Sequence::known) ? 1 : 0);
        roster.interrupt();
        traffic.forget();
    }

    /** The bookkeeping has failed: nobody's answer can go on. */
    private void crash(Throwable cause) {
        LOG.error("All answers end, because of a defect", cause);
        failAll(BatcherErrors.of(cause));
        ring.reset();
    }

    private void failAll(ExofluxException cause) {
        roster.failAll(cause);
        deadlines.clear();
        traffic.forget();
    }

    private void refuse() {
        closing = true;
        roster.refuse(BatcherErrors.shuttingDown()).forEach(sequence -> deadlines.forget(sequence.id()));
    }

    private void stop() {
        failAll(BatcherErrors.shuttingDown());
        memory.close();
        ring.close();
        stopped.tryEmitEmpty();
    }

    /** Acts on what has changed: lets in who fits, sends what may go. */
    private void settle() {
        if (ring.leaving() && traffic.inFlight() == 0) {
            move();
        }
        roster.prefixes().shrink();
        roster.admit().forEach(sequence -> deadlines.forget(sequence.id()));
        RingEntry connected = roster.live().isEmpty() ? ring.idle() : ring.connect();
        if (connected != null && !ring.leaving()) {
            drafting.ask(roster.live());
            memory.provide();
            traffic.send(connected, ring.stages());
        }
        if (closing && roster.isEmpty()) {
            idle.tryEmitEmpty();
        }
    }
}
