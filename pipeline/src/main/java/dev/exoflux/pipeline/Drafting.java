package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Gets the proposals of sequences between two rounds, and keeps the figures that say how many are worth it.
 *
 * <p>Sequences that came home together are asked for together, and wait for each other: if each went on as soon as its own
 * proposals were there, every one would travel in a batch of its own. Whoever has no answer in time goes on without. Confined to the
 * batcher's loop, into which answers are brought.
 */
final class Drafting {

    private static final Logger LOG = LoggerFactory.getLogger(Drafting.class);

    /** How long the others of a batch wait for a proposer that does not answer. */
    static final Duration PATIENCE = Duration.ofMillis(250);

    private final Proposers proposers;
    private final Scheduler timer;
    private final Consumer<Runnable> loop;
    private final LinearCost rounds = new LinearCost();
    private final Map<Speculation, DraftCosts> costs = new HashMap<>();
    private final Deque<Travelling> travelling = new ArrayDeque<>();
    private Disposable.Composite asked = Disposables.composite();
    private int cohorts;
    private final Set<Speculation> silent = new HashSet<>();

    /** @param steps whether it carries no prompts */
    private record Travelling(long since, int rows, boolean steps) {}

    private record Asked(Sequence sequence, Guesses.Wanted wanted) {}

    /** @param failure of the proposer, or that it was late; null where it answered */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
    private record Proposed(
            Sequence sequence,
            Guesses.Wanted wanted,
            int[] ids,
            long nanos,
            @Nullable Throwable failure) {}

    /**
     * @param timer for patience and measurements
     * @param loop has something run within the batcher's loop
     */
    Drafting(Proposers proposers, Scheduler timer, Consumer<Runnable> loop) {
        this.proposers = proposers;
        this.timer = timer;
        this.loop = loop;
    }

    /** How many tokens to propose for a new sequence. */
    DraftLength length(Speculation wanted) {
        return new DraftLength(costs(wanted), wanted.most());
    }

    private DraftCosts costs(Speculation wanted) {
        return costs.computeIfAbsent(wanted, ignored -> new DraftCosts(rounds));
    }

    /** A batch leaves. */
    void sent(StageMessage.TokenBatch batch) {
        boolean steps = batch.spans().stream().allMatch(span -> span.count() == 1 + span.drafted());
        travelling.add(new Travelling(now(), batch.ids().length, steps));
    }

    /** The batch that left first is home. */
    void home() {
        Travelling batch = travelling.poll();
        if (batch != null && batch.steps()) { // chunks of prompts cost otherwise
            rounds.measured(batch.rows(), (double) (now() - batch.since()));
        }
    }

    /** Groups of sequences that wait for proposals: each will be a batch, and has its place among those that travel. */
    int cohorts() {
        return cohorts;
    }

    /** Asks for the proposals of all that want any. */
    void ask(Collection<Sequence> live) {
        List<Asked> cohort = new ArrayList<>();
        for (Sequence sequence : live) {
            Guesses.Wanted wanted = sequence.want(live.size() - 1);
            if (wanted != null) {
                cohort.add(new Asked(sequence, wanted));
            }
        }
        if (!cohort.isEmpty()) {
            ask(cohort);
        }
    }

    private void ask(List<Asked> cohort) {
        long begin = now();
        cohorts++;
        Disposable.Swap own = Disposables.swap();
        asked.add(own);
        own.update(Flux.fromIterable(cohort)
                .flatMap(each -> proposed(each, begin), cohort.size())
                .collectList()
                .subscribe(all -> loop.accept(() -> {
                    if (asked.remove(own)) {
                        cohorts--;
                        all.forEach(this::hand);
                    }
                })));
    }

    private void hand(Proposed proposed) {
        if (proposed.ids().length > 0) {
            costs(proposed.wanted().speculation()).drafted(proposed.ids().length, (double) proposed.nanos());
        }
        if (proposed.failure() == null) {
            silent.remove(proposed.wanted().speculation());
        } else {
            tell(proposed.wanted().speculation(), proposed.failure());
        }
        proposed.sequence().proposed(proposed.wanted(), proposed.ids(), proposed.failure() != null);
    }

    /** Once, until it proposes again: answers go on, and only slower. */
    private void tell(Speculation speculation, Throwable cause) {
        if (silent.add(speculation)) {
            String why = cause instanceof TimeoutException
                    ? "it has not answered within %d ms".formatted(PATIENCE.toMillis())
                    : cause.getMessage();
            LOG.warn("Answers go on without proposals of {}: {}", speculation.draft(), why);
        }
    }

    /** Never an error: what fails is told by having no proposals. */
    private Mono<Proposed> proposed(Asked asked, long begin) {
        Guesses.Wanted wanted = asked.wanted();
        return Mono.defer(() -> proposers
                        .of(wanted.speculation())
                        .propose(wanted.tokens(), wanted.sampling(), wanted.scheduling(), wanted.most()))
                .onErrorComplete(Drafting::isLate)
                .timeout(PATIENCE, timer)
                .defaultIfEmpty(new int[0])
                .map(ids -> new Proposed(asked.sequence(), wanted, ids, now() - begin, null))
                .onErrorResume(cause -> Mono.just(new Proposed(asked.sequence(), wanted, new int[0], 0, cause)));
    }

    /** The answer ends by its deadline too, which tells nothing of the proposer. */
    private static boolean isLate(Throwable cause) {
        return cause instanceof ExofluxException told && told.code() == ErrorCode.DEADLINE_EXCEEDED;
    }

    /** Nothing travels any more, and nobody waits for proposals. */
    void forget() {
        travelling.clear();
        asked.dispose();
        asked = Disposables.composite();
        cohorts = 0;
    }

    private long now() {
        return timer.now(TimeUnit.NANOSECONDS);
    }
}
