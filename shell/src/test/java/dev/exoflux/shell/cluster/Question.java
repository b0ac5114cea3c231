package dev.exoflux.shell.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What is asked, whose answer is the same whenever and wherever it is asked.
 *
 * @param prompt ids of tokens, or a text
 */
record Question(String model, Object prompt, int tokens, double temperature, long seed) {

    /** The built-in model's. */
    static final String TINY = "exoflux/tiny";

    private static final int FIRST_WORD = 3;
    private static final int WORDS = 3000;

    /** A prompt of so many tokens that no other number shares the first of. */
    static Question of(int number, int promptTokens, int tokens) {
        List<Integer> prompt = IntStream.range(0, promptTokens)
                .mapToObj(i -> FIRST_WORD + (number * 389 + i * 31) % WORDS)
                .toList();
        return new Question(TINY, prompt, tokens, 0, 0);
    }

    /** Of the likeliest tokens. */
    static Question saying(String model, String prompt, int tokens) {
        return new Question(model, prompt, tokens, 0, 0);
    }

    Question sampled(long its) {
        return new Question(model, prompt, tokens, 0.9, its);
    }

    Question to(String its) {
        return new Question(its, prompt, tokens, temperature, seed);
    }

    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("prompt", prompt);
        body.put("max_tokens", tokens);
        body.put("temperature", temperature);
        body.put("seed", seed);
        body.put("logprobs", 2);
        body.put("ignore_eos", true);
        body.put("return_token_ids", true);
        body.put("stream", true);
        return body;
    }
}
