package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * How a request stands beside others. Changes when its tokens come, never which.
 *
 * @param deadline when its answer is of no use any more: until then it has to have ended; null for never
 * @param prefillChunk most tokens of prompts in a pass while it is under way; {@link #AS_THE_MODEL} for what the model is run with.
 *     Of that and all that are under way the smallest holds
 * @param inFlight most batches that travel while it is under way; {@link #AS_THE_MODEL} for as many as the slowest stage takes. Of all
 *     that are under way the smallest holds
 */
public record Scheduling(Priority priority, @Nullable Instant deadline, int prefillChunk, int inFlight) {

    /** What the model is run with. */
    public static final int AS_THE_MODEL = 0;

    /** A request that says nothing. */
    public static final Scheduling DEFAULT = new Scheduling(Priority.NORMAL, null, AS_THE_MODEL, AS_THE_MODEL);

    /** @throws ExofluxException INVALID_CONFIGURATION for a negative number */
    public Scheduling {
        notNegative("prefill-chunk", prefillChunk);
        notNegative("in-flight", inFlight);
    }

    /** The same with another priority. */
    public Scheduling withPriority(Priority other) {
        return new Scheduling(other, deadline, prefillChunk, inFlight);
    }

    /** The same with another deadline. */
    public Scheduling withDeadline(@Nullable Instant other) {
        return new Scheduling(priority, other, prefillChunk, inFlight);
    }

    /** The same within bounds of its pipeline: of two bounds the smaller holds. */
    public Scheduling within(int chunk, int batches) {
        return new Scheduling(priority, deadline, smaller(prefillChunk, chunk), smaller(inFlight, batches));
    }

    /**
     * The same work until a while after the deadline, then DEADLINE_EXCEEDED: for what goes on where nobody watches it, such as waiting
     * for a model that is being placed. Cancel and errors pass through.
     */
    public <T> Mono<T> inTime(Mono<T> work) {
        return deadline == null
                ? work
                : Deadlines.enforced(work.flux(), deadline, Schedulers.parallel())
                        .singleOrEmpty();
    }

    /** The smaller of two bounds, of which either may be {@link #AS_THE_MODEL}. */
    static int smaller(int one, int other) {
        return one == AS_THE_MODEL || other == AS_THE_MODEL ? Math.max(one, other) : Math.min(one, other);
    }

    private static void notNegative(String name, int value) {
        if (value < 0) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION, "%s is %d; it has to be at least 0.".formatted(name, value));
        }
    }
}
