package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Lets so many requests at once into a generator, and has a bounded number of others wait: by priority, and in order of arrival.
 * Thread-safe.
 */
public final class Gate implements Generator {

    private final String name;
    private final Generator inside;
    private final int places;
    private final int queue;
    private final Scheduler timer;
    private final SerialLoop loop = new SerialLoop(this::letIn, this::crash);
    private final Deadlines deadlines;
    private final WaitingLine<Ticket> line = new WaitingLine<>();
    private long arrivals;
    private int taken;
    private volatile Metrics metrics;

    /**
     * What a gate is at.
     *
     * @param running requests that are inside
     * @param waiting requests that wait
     * @param places requests that may be inside
     * @param queue requests that may wait
     */
    public record Metrics(int running, int waiting, int places, int queue) {}

    /** One request; touched within the loop. */
    private static final class Ticket {
        private final GenerationRequest request;
        private final MonoSink<GenerationRequest> place;
        private long number;
        private boolean inside;
        private boolean gone;

        Ticket(GenerationRequest request, MonoSink<GenerationRequest> place) {
            this.request = request;
            this.place = place;
        }
    }

    /**
     * @param name that errors are to call it by
     * @param places requests at once
     * @param queue requests that may wait beyond these; more are OVERLOADED
     * @param timer for deadlines
     */
    public Gate(String name, Generator inside, int places, int queue, Scheduler timer) {
        this.name = name;
        this.inside = inside;
        this.places = places;
        this.queue = queue;
        this.timer = timer;
        this.deadlines = new Deadlines(timer, number -> loop.tell(() -> expire(number)));
        this.metrics = new Metrics(0, 0, places, queue);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Demand is passed on once the request is inside. Cancel gives its place, or its turn, to others, as every other end does. Errors of
     * its own: OVERLOADED where too many wait, DEADLINE_EXCEEDED for one that waited too long.
     */
    @Override
    public Flux<Token> generate(GenerationRequest request) {
        return Flux.defer(() -> {
            Ticket[] own = new Ticket[1];
            return Mono.<GenerationRequest>create(place -> {
                        Ticket ticket = new Ticket(request, place);
                        own[0] = ticket;
                        loop.tell(() -> arrive(ticket));
                    })
                    .flatMapMany(this::answer)
                    .doFinally(end -> loop.tell(() -> leave(own[0])));
        });
    }

    /** What a pipeline asks before a model answers, or after it, is to end by the deadline too. */
    private Flux<Token> answer(GenerationRequest request) {
        return Deadlines.enforced(inside.generate(request), request.scheduling().deadline(), timer);
    }

    /** A snapshot; from any thread. */
    public Metrics metrics() {
        return metrics;
    }

    private void arrive(Ticket ticket) {
        ticket.number = ++arrivals;
        if (ticket.gone) {
            return;
        }
        if (deadlines.over(ticket.request.scheduling().deadline())) {
            ticket.place.error(BatcherErrors.late(ticket.request.scheduling().deadline(), false));
            return;
        }
        deadlines.watch(ticket.number, ticket.request.scheduling().deadline());
        line.add(ticket.request.scheduling().priority(), ticket);
        letIn();
        Ticket refused = line.size() > queue ? line.last() : null;
        if (refused != null) {
            deadlines.forget(refused.number);
            refused.place.error(new ExofluxException(ErrorCode.OVERLOADED, """
                    %s answers %d requests and %d are waiting: no more may wait.
                    Maybe try again in a moment, or raise max-concurrency or queue in its flow.""".formatted(name, taken, line.size())));
        }
        count();
    }

    private void expire(long number) {
        Ticket late = line.remove(ticket -> ticket.number == number);
        if (late != null) {
            deadlines.forget(number);
            late.place.error(BatcherErrors.late(late.request.scheduling().deadline(), false));
        }
    }

    private void leave(Ticket ticket) {
        ticket.gone = true;
        if (ticket.inside) {
            ticket.inside = false;
            taken--;
        } else {
            line.remove(waiting -> waiting.number == ticket.number);
        }
        deadlines.forget(ticket.number);
    }

    private void letIn() {
        while (taken < places && !line.isEmpty()) {
            Ticket next = line.poll();
            if (next != null) {
                taken++;
                next.inside = true;
                deadlines.forget(next.number); // from here on whoever answers watches it
                next.place.success(next.request);
            }
        }
        count();
    }

    private void count() {
        metrics = new Metrics(taken, line.size(), places, queue);
    }

    private void crash(Throwable cause) {
        line.clear().forEach(ticket -> ticket.place.error(BatcherErrors.of(cause)));
    }
}
