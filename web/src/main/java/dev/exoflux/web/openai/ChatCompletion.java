package dev.exoflux.web.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The body of an answer to a chat that is not streamed. */
record ChatCompletion(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        Usage usage,
        @Nullable List<Integer> promptTokenIds,
        @Nullable Extras exoflux) {

    record Choice(
            int index,
            Message message,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            ChatLogprobs logprobs,

            String finishReason,
            @Nullable List<Integer> tokenIds) {

        /** What a stream would have sent piece by piece, in one. */
        static Choice joined(List<ChatChunk.Choice> pieces) {
            ChatChunk.Choice last = pieces.getLast();
            return new Choice(
                    last.index(),
                    new Message("assistant", content(pieces)),
                    last.logprobs() == null ? null : logprobs(pieces),
                    Objects.requireNonNull(last.finishReason(), "an answer ends with a reason"),
                    last.tokenIds() == null ? null : Lists.joined(pieces, ChatChunk.Choice::tokenIds));
        }

        private static String content(List<ChatChunk.Choice> pieces) {
            return pieces.stream()
                    .map(piece -> piece.delta().content())
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining());
        }

        private static ChatLogprobs logprobs(List<ChatChunk.Choice> pieces) {
            return new ChatLogprobs(Lists.joined(
                    pieces, piece -> Objects.requireNonNull(piece.logprobs()).content()));
        }
    }

    record Message(String role, String content) {}
}
