package dev.exoflux.mesh.answers;

import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceToken;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Answers of a model wherever its batcher is by now. Each is opened at the newest route, and when that fails, goes on at the next
 * one, or at the same: what has been handed out is not handed out again, and what comes is what would have come. A route that
 * takes the place of one that works changes nothing for the answers on it. Thread-safe.
 */
public final class RoutedAnswers implements Answers {

    private final Routes routes;
    private final Duration patience;

    /** @param patience how long an answer waits for a route that works: there is none yet, or its own has failed */
    public RoutedAnswers(Routes routes, Duration patience) {
        this.routes = routes;
        this.patience = patience;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Demand is kept across routes: those that follow are asked for what is still owed. {@link SequenceToken#cachedTokens} stays
     * what the first said. Errors: those of the routes' source at once; those of a route that no other place can mend, at once;
     * else what the last route failed with when the patience is over, or INTERNAL when too many peers were lost with the answer.
     */
    @Override
    public Flux<SequenceToken> open(SequenceRequest request) {
        return Flux.defer(() -> new RoutedAnswer(request, routes, patience, Schedulers.parallel()).tokens());
    }
}
