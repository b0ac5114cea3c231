package dev.exoflux.pipeline;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.StageMessage.Retire;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who waits, who has a place, and who returns to one: the sequences of a batcher from their arrival to their end, and the memory for
 * their caches.
 *
 * <p>Three groups. Those that wait are newcomers ({@link WaitingLine}). Those that are live have a place and memory. Those that return
 * had both and lost them, with their ring, for lack of memory, or since they began at another batcher: they go before newcomers, and
 * among each other as {@link Claim#before} says. Confined to the batcher's loop, but for {@link #metrics}.
 */
final class Roster {

    private static final Comparator<Sequence> BY_CLAIM =
            (one, other) -> one.id() == other.id() ? 0 : one.claim().before(other.claim()) ? -1 : 1;

    private final PipelineSettings settings;
    private final CacheBudget budget;
    private final BatchFormation formation;
    private final PrefixCache prefixes;
    private final Admission admission;
    private final LongSupplier names;
    private final WaitingLine<Sequence> waiting = new WaitingLine<>();
    private final List<Sequence> returning = new ArrayList<>();
    private final Map<Long, Sequence> live =
            new ConcurrentHashMap<>(); // by the name that stages know them by; also read by metrics()
    private final Map<Long, SequenceCache> retiring = new HashMap<>();
    private final Queue<Retire> retirements = new ArrayDeque<>();
    private final AtomicInteger waits = new AtomicInteger();
    private final AtomicInteger returns = new AtomicInteger();
    private final AtomicLong timesAside = new AtomicLong();
    private long departures;

    /** @param names gives one that no stage knows a sequence by */
    Roster(PipelineSettings settings, CacheBudget budget, LongSupplier names) {
        this.settings = settings;
        this.budget = budget;
        this.names = names;
        this.prefixes = new PrefixCache(settings.prefixCacheBytes(budget.bytes()), budget, this::retire);
        this.admission = new Admission(budget, prefixes, live.values());
        this.formation = new BatchFormation(admission::begin);
    }

    BatchFormation formation() {
        return formation;
    }

    PrefixCache prefixes() {
        return prefixes;
    }

    /** Those that have a place; a view. */
    Collection<Sequence> live() {
        return live.values();
    }

    /** The live one that stages know by a name. */
    @Nullable
    Sequence live(long name) {
        return live.get(name);
    }

    boolean isEmpty() {
        return live.isEmpty() && waiting.isEmpty() && returning.isEmpty() && retiring.isEmpty();
    }

    /** Readable from any thread. */
    int waiting() {
        return waits.get();
    }

    /** Readable from any thread. */
    int returning() {
        return returns.get();
    }

    /** How often one was set aside so far; readable from any thread. */
    long timesAside() {
        return timesAside.get();
    }

    // ---- coming ----

    /** Lets one in or has it wait; returns the one that may not wait any more because of it, if there is such a one. */
    @Nullable
    Sequence add(Sequence sequence) {
        if (sequence.resumed()) {
            comesBack(sequence);
        } else {
            waiting.add(sequence.scheduling().priority(), sequence);
        }
        admit();
        Sequence refused = null;
        if (waiting.size() + returning.size() > settings.queue()) {
            refused = waiting.last();
            if (refused == null && returning.remove(sequence)) {
                refused = sequence;
            }
        }
        count();
        return refused;
    }

    private void comesBack(Sequence sequence) {
        returning.add(sequence);
        returning.sort(BY_CLAIM);
    }

    /** Lets in whoever there is a place and memory for; returns those that need nothing computed and so have ended. */
    List<Sequence> admit() {
        List<Sequence> ended = List.of();
        for (Sequence next = next(); next != null && admission.admit(next); next = next()) {
            if (!returning.remove(next)) {
                waiting.poll();
            }
            live.put(next.cache().id(), next);
            formation.add(next);
            next.start();
            if (next.finished()) {
                end(next);
                ended = new ArrayList<>(ended);
                ended.add(next);
            }
        }
        count();
        return ended;
    }

    /** Whose turn it is to get the next place; null if there is none, or nobody who wants it. */
    private @Nullable Sequence next() {
        if (live.size() >= settings.maxConcurrency()) {
            return null;
        }
        for (Sequence sequence : returning) {
            if (sequence.wantsBack()) {
                return sequence.claim().mayReturn(departures) || live.isEmpty() ? sequence : null;
            }
        }
        return waiting.peek();
    }

    /** Whether somebody waits for others' memory, for whom there is a place, and none is on its way home. */
    boolean shortOfMemory() {
        Sequence next = next();
        if (next != null) {
            return !budget.willFit(next.reservation(budget.ahead()), 0);
        }
        return live.size() < settings.maxConcurrency() && returning.stream().anyMatch(Sequence::wantsBack);
    }

    private void count() {
        waits.set(waiting.size());
        returns.set(returning.size());
    }

    // ---- leaving ----

    /** Takes one out that has ended, by its id; null if it is not here any more. */
    @Nullable
    Sequence remove(long id) {
        Sequence waited = waiting.remove(sequence -> sequence.id() == id);
        if (waited == null) {
            waited = returning.stream()
                    .filter(sequence -> sequence.id() == id)
                    .findFirst()
                    .orElse(null);
            returning.remove(waited);
        }
        count();
        if (waited != null) {
            return waited;
        }
        for (Sequence sequence : live.values()) {
            if (sequence.id() == id) {
                end(sequence);
                return sequence;
            }
        }
        return null;
    }

    /** A live one has all it wanted; what it has computed may serve others. */
    void end(Sequence sequence) {
        leave(sequence);
        departures++;
        if (sequence.known()) {
            prefixes.keep(sequence.cache());
        } else {
            release(sequence.cache());
        }
    }

    /** A live one has failed. */
    void fail(Sequence sequence) {
        leave(sequence);
        departures++;
        free(sequence.cache());
    }

    /** Takes the memory of a live one; it comes back when there is enough, and goes on where it was. */
    void setAside(Sequence sequence) {
        departures++;
        setAside(sequence, departures);
    }

    /** The same, and it comes back when another has left or given way, or it is alone. */
    void setAsideForAnother(Sequence sequence) {
        departures++;
        setAside(sequence, departures + 1);
    }

    private void setAside(Sequence sequence, long notBefore) {
        leave(sequence);
        if (sequence.known()) {
            free(sequence.cache());
        } else {
            release(sequence.cache());
        }
        sequence.claim().giveWay(notBefore);
        sequence.setAside(names.getAsLong());
        comesBack(sequence);
        timesAside.incrementAndGet();
        count();
    }

    /** Out of the batches. */
    private void leave(Sequence sequence) {
        live.remove(sequence.cache().id());
        formation.remove(sequence);
        sequence.cache().renounce();
    }

    /** What has been computed is of no use any more, but to those that have been promised it. */
    private void free(SequenceCache cache) {
        if (cache.awaited()) {
            prefixes.keep(cache);
        } else {
            retire(cache);
        }
    }

    /** No stage has heard of it. */
    private static void release(SequenceCache cache) {
        cache.lease().leave();
        cache.lease().release();
    }

    /** Has the stages free a cache; its memory is free once none holds it any more. */
    private void retire(SequenceCache cache) {
        cache.lease().leave();
        retiring.put(cache.id(), cache);
        retirements.add(new Retire(cache.id()));
    }

    /** What the stages are to be told, in order; a queue to take from. */
    Queue<Retire> retirements() {
        return retirements;
    }

    /** No stage holds a cache any more. */
    void retired(Retire retire) {
        SequenceCache cache = retiring.remove(retire.sequence());
        if (cache != null) {
            cache.lease().release();
        }
    }

    /** The stages hold nothing any more: whoever is live waits for memory anew, before newcomers. */
    void interrupt() {
        List<Sequence> interrupted = List.copyOf(live.values());
        forget();
        interrupted.forEach(Sequence::interrupt);
        returning.addAll(interrupted);
        returning.sort(BY_CLAIM);
        count();
    }

    /** Ends all that wait in an error; those that had begun elsewhere as well. */
    List<Sequence> refuse(ExofluxException cause) {
        List<Sequence> refused = new ArrayList<>(waiting.clear());
        refused.addAll(returning);
        returning.clear();
        refused.forEach(sequence -> sequence.delivery().fail(cause));
        count();
        return refused;
    }

    /** Ends all there are in an error. */
    void failAll(ExofluxException cause) {
        live.values().forEach(sequence -> sequence.delivery().fail(cause));
        refuse(cause);
        forget();
    }

    /** Whatever the stages held is gone. */
    private void forget() {
        live.clear();
        prefixes.clear();
        retiring.clear();
        retirements.clear();
        formation.clear();
        budget.releaseAll();
    }

    /** Figures of the live ones; from any thread. */
    Stream<BatcherMetrics.Live> metrics() {
        return live.values().stream().map(Sequence::metrics);
    }
}
