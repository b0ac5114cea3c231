package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import reactor.core.publisher.Mono;

/**
 * Guesses how a sequence goes on (speculative decoding, Leviathan et al. 2023).
 *
 * <p>The tail chooses every token by the logits of the model itself and the seed of the token's position, and goes on to the next
 * as long as the choice is what was proposed. So a guess is right or wasted, but never changes an answer, sampled ones
 * included. A proposer that draws with the same seeds guesses right more often (decision 23). Thread-safe.
 */
@FunctionalInterface
public interface Proposer {

    /**
     * What may follow {@code tokens}.
     *
     * <p>Completes with fewer than asked for, none or no value at all where it knows nothing. An error or a late answer costs the
     * sequence no more than the wait: it goes on without. Cancel stops the work; nothing is held.
     *
     * @param tokens of prompt and answer so far, at least one; not to be changed
     * @param sampling how the tokens are chosen
     * @param scheduling how the request stands that is proposed for: what it takes to propose stands so too
     * @param most proposals wanted
     */
    Mono<int[]> propose(int[] tokens, SamplingSettings sampling, Scheduling scheduling, int most);

    /**
     * One that is found when it is first asked.
     *
     * @param found looked for again after an error, which is what proposals end in meanwhile
     */
    static Proposer of(Mono<Proposer> found) {
        Mono<Proposer> kept = found.cacheInvalidateIf(proposer -> false);
        return (tokens, sampling, scheduling, most) ->
                kept.flatMap(proposer -> proposer.propose(tokens, sampling, scheduling, most));
    }
}
