package dev.exoflux.mesh.answers;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceToken;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * One answer on its way over routes. For one subscriber; what it knows is touched by the signals of the answer, which come one
 * after the other.
 */
final class RoutedAnswer {

    private static final Logger LOG = LoggerFactory.getLogger(RoutedAnswer.class);

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** Peers lost one after the other, without a token in between, that end an answer: it may be why. */
    private static final int MOST_LOSSES = 5;

    private final Routes routes;
    private final Duration patience;
    private final Scheduler timer;
    private final Delivered delivered;

    private @Nullable Answers route; // null while it waits for one
    private @Nullable Answers lost;
    private volatile @Nullable Throwable refused;
    private @Nullable ExofluxException last;
    private long failedSince;
    private int failures;
    private int losses;

    RoutedAnswer(SequenceRequest request, Routes routes, Duration patience, Scheduler timer) {
        this.delivered = new Delivered(request);
        this.routes = routes;
        this.patience = patience;
        this.timer = timer;
    }

    Flux<SequenceToken> tokens() {
        return Flux.defer(this::open)
                .map(this::arrived)
                .retryWhen(Retry.from(signals -> signals.concatMap(signal -> recover(signal.failure()))))
                .takeUntilOther(refused())
                .concatWith(Mono.defer(this::refusal))
                .takeUntil(token -> token.finish() != null); // whatever becomes of its route behind the last token
    }

    private Flux<SequenceToken> open() {
        route = null;
        return newest().flatMapMany(newest -> {
            route = newest;
            Flux<SequenceToken> tokens = newest.open(delivered.rest());
            return failures == 0 ? tokens : Flux.firstWithSignal(tokens, moved(newest));
        });
    }

    private Mono<Answers> newest() {
        return routes.inForce()
                .next()
                .switchIfEmpty(Mono.error(AnswerErrors::none))
                .timeout(
                        Duration.ofNanos(Math.max(0, left())),
                        Mono.error(() -> AnswerErrors.impatient(last, patience)),
                        timer);
    }

    /**
     * An error when another route takes the place of this one. Nobody who has failed once waits for a peer that may be gone, such
     * as one of which not even a refusal comes.
     */
    private Mono<SequenceToken> moved(Answers from) {
        return other(from).then(Mono.error(AnswerErrors::moved));
    }

    private SequenceToken arrived(SequenceToken token) {
        failures = 0;
        losses = 0;
        lost = null;
        return delivered.add(token);
    }

    /** Completes when there will never be another route. Not in an error: at that, the route in use would not be cancelled. */
    private Mono<Void> refused() {
        return routes.inForce().then(Mono.<Void>never()).onErrorResume(cause -> {
            refused = cause;
            return Mono.empty();
        });
    }

    private Mono<SequenceToken> refusal() {
        Throwable cause = refused;
        return cause == null ? Mono.empty() : Mono.error(cause);
    }

    /** A value when it is time to open the answer again; an error if it never is. */
    private Mono<?> recover(Throwable failure) {
        Answers failed = route;
        if (failed == null || !(failure instanceof ExofluxException told) || !mendable(told.code())) {
            return Mono.error(failure);
        }
        last = told;
        failures++;
        if (failures == 1) {
            failedSince = timer.now(TimeUnit.NANOSECONDS);
        }
        if (told.code() == ErrorCode.PEER_LOST && !failed.equals(lost)) {
            lost = failed;
            losses++;
        }
        if (losses == MOST_LOSSES) {
            return Mono.error(AnswerErrors.hopeless(losses, told));
        }
        if (left() <= 0) {
            return Mono.error(AnswerErrors.impatient(told, patience));
        }
        LOG.debug("An answer is interrupted, and goes on: {}", told.getMessage());
        return Mono.firstWithSignal(otherThan(failed), Mono.delay(Duration.ofNanos(Math.min(pause(), left())), timer));
    }

    /** Whether the answer may go on at another place, or later at the same one. */
    private boolean mendable(ErrorCode code) {
        return switch (code) {
            case PEER_LOST, RING_UNKNOWN, SHUTTING_DOWN, LOADING, NO_PEERS -> true;
            case OVERLOADED -> delivered.begun(); // one that has begun is not for its reader to repeat
            default -> false;
        };
    }

    /** When there is another route; at once after a first failure only, so that nobody tries routes in a hot loop. */
    private Mono<?> otherThan(Answers failed) {
        return failures == 1
                ? other(failed)
                : Mono.delay(Duration.ofNanos(SHORTEST_PAUSE), timer).then(other(failed));
    }

    /** The newest route if it is another; never completes without one. */
    private Mono<Answers> other(Answers known) {
        return routes.inForce().filter(newer -> !newer.equals(known)).next().switchIfEmpty(Mono.never());
    }

    private long pause() {
        return Math.min(LONGEST_PAUSE, SHORTEST_PAUSE << Math.min(failures - 1, 10));
    }

    /** Nanoseconds of patience. */
    private long left() {
        long waited = failures == 0 ? 0 : timer.now(TimeUnit.NANOSECONDS) - failedSince;
        return patience.toNanos() - waited;
    }
}
