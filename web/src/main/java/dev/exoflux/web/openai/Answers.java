package dev.exoflux.web.openai;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.Scheduling;
import dev.exoflux.pipeline.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * The answers to one request: {@code n} to each of its prompts, side by side.
 *
 * @param id of the response
 * @param created seconds since 1970
 * @param count of answers in all
 * @param promptIds of each prompt, or null where the request did not ask for token ids
 * @param pieces of all answers as they come, each answer at most one token ahead of the demand. Cancel ends all of them, and
 *     so does the first error.
 */
record Answers(
        String id,
        long created,
        ServedModel model,
        AnswerFields fields,
        int count,
        @Nullable List<List<Integer>> promptIds,
        Flux<Piece> pieces) {

    /** What a request wants of every answer beyond its {@link AnswerFields}. */
    record Wish(int maxTokens, boolean echo, int topLogprobs, Map<String, String> hints, Urgency urgency) {}

    /** One request a choice: the first {@code n} for the first prompt, and so on; all stand beside others in the same way. */
    static List<GenerationRequest> requests(
            ServedModel model,
            AnswerFields fields,
            List<? extends Prompt> prompts,
            Wish wish,
            Scheduling scheduling,
            long randomSeed) {
        long otherSeed = model.seed().orElse(randomSeed);
        List<GenerationRequest> requests = new ArrayList<>();
        for (Prompt prompt : prompts) {
            for (int choice = 0; choice < fields.choices(); choice++) {
                SamplingSettings sampling =
                        fields.sampling().over(model.sampling(), choice, otherSeed, wish.topLogprobs());
                requests.add(new GenerationRequest(
                                model.id(),
                                prompt,
                                sampling,
                                wish.maxTokens(),
                                fields.stop(),
                                fields.ignoreEos(),
                                wish.echo())
                        .withHints(wish.hints())
                        .withScheduling(scheduling));
            }
        }
        return requests;
    }

    /** The prompt a choice answers. */
    @Nullable
    List<Integer> promptIdsOf(int choice) {
        return promptIds == null ? null : promptIds.get(choice / fields.choices());
    }

    /** The ids of the prompt, where there is but one. */
    @Nullable
    List<Integer> onlyPromptIds() {
        return promptIds == null || promptIds.size() > 1 ? null : promptIds.getFirst();
    }

    /** The ids of a piece that is answer, null where the request did not ask for token ids. */
    @Nullable
    List<Integer> answerIds(Piece piece) {
        return promptIds == null ? null : piece.answerIds();
    }
}
