package dev.exoflux.web.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One event of a streamed chat. */
record ChatChunk(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        @Nullable Usage usage,
        @Nullable List<Integer> promptTokenIds,
        @Nullable Extras exoflux) {

    record Choice(
            int index,
            Delta delta,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            ChatLogprobs logprobs,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String finishReason,

            @Nullable List<Integer> tokenIds) {}

    record Delta(@Nullable String role, @Nullable String content) {}
}
