package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * Proposes what a smaller model would answer, drawn with the seeds of the request. Each round asks for an answer of its own that
 * begins with all the tokens so far: of these the draft's prefix cache holds all but the last few. So drafts of many
 * sequences share batches, and the draft may be anywhere that answers come from. Thread-safe; holds nothing.
 *
 * @param answers of the draft
 * @param contextLength of the draft: beyond it nothing is proposed
 * @param vocabularySize tokens that the model proposed to has: models of one family may differ in what they are padded to
 */
public record ModelProposer(Answers answers, int contextLength, int vocabularySize) implements Proposer {

    @Override
    public Mono<int[]> propose(int[] tokens, SamplingSettings sampling, Scheduling scheduling, int most) {
        int room = Math.min(most, contextLength - tokens.length);
        if (room < 1) {
            return Mono.empty();
        }
        SamplingSettings unscored = sampling.topLogprobs() < 0
                ? sampling
                : sampling.toBuilder().topLogprobs(-1).build();
        return answers.open(new SequenceRequest(tokens, unscored, room, Set.of(), false).scheduled(scheduling))
                .map(SequenceToken::id)
                .takeWhile(id -> id < vocabularySize)
                .collectList()
                .map(ids -> ids.stream().mapToInt(Integer::intValue).toArray());
    }
}
