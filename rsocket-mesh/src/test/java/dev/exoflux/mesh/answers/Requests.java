package dev.exoflux.mesh.answers;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/** Requests of every kind, and what was said to them. */
final class Requests {

    /** Tokens of each answer. */
    static final int ANSWER = 40;

    private Requests() {}

    /** The request of that number: greedy or drawn, plain, scored, or with its prompt, scored or not. */
    static SequenceRequest number(int number) {
        SamplingSettings.Builder sampling = SamplingSettings.builder();
        if (number % 2 == 1) {
            sampling.temperature(0.9f)
                    .topP(0.95f)
                    .repetitionPenalty(1.1f)
                    .frequencyPenalty(0.2f)
                    .seed(number);
        }
        sampling.topLogprobs(number % 4 < 2 ? -1 : 2);
        boolean echo = number % 8 >= 4;
        return new SequenceRequest(prompt(10 + 7 * number, number), sampling.build(), ANSWER, Set.of(), echo);
    }

    static int[] prompt(int length, int seed) {
        return IntStream.range(0, length)
                .map(i -> 3 + (i * 31 + seed * 17) % 3000)
                .toArray();
    }

    static List<SequenceToken> answer(Answers answers, SequenceRequest request) {
        return Objects.requireNonNull(answers.open(request).collectList().block(Heads.PATIENCE));
    }

    /** Without what depends on who else was there. */
    static List<SequenceToken> said(List<SequenceToken> tokens) {
        List<SequenceToken> said = new ArrayList<>();
        for (SequenceToken token : tokens) {
            said.add(new SequenceToken(token.id(), token.prompt(), token.logprobs(), 0, token.finish()));
        }
        return said;
    }
}
