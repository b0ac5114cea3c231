package dev.exoflux.pipeline.compose;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Generator;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.ServedModels;
import dev.exoflux.pipeline.Token;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A model that is asked about what others say. Each question is a request of its own, answered greedily: with one token, yes or
 * no, or in a few words. It stands beside others as the request does that it is about, and ends by the same deadline.
 *
 * @param generator who has it answer
 * @param models who knows its tokens
 * @param model its id
 * @param question what it is asked, followed by what it is about
 */
public record JudgingModel(Generator generator, ServedModels models, String model, String question) {

    private static final String YES = "yes";
    private static final String NO = "no";
    private static final int WORDS = 16;

    /** Raises both tokens above all others and leaves what lies between them. */
    private static final float LIFT = 100;

    /** Whether a likelihood of yes is one. */
    static boolean yes(double likelihood) {
        return likelihood >= 0.5;
    }

    /**
     * How likely it is to say yes rather than no: 0 to 1, by the logits of the two tokens.
     *
     * <p>Cancel retires the question. Errors: what the model may fail with; INVALID_REQUEST for a prompt in token ids, which a
     * judge cannot read; UNSUPPORTED where its words for yes and no begin with the same token.
     *
     * @param request what is judged, or whose prompt is
     * @param answer to its prompt, or null to be asked about the prompt alone
     */
    public Mono<Double> likes(GenerationRequest request, @Nullable String answer) {
        return Mono.defer(() -> models.require(model).prepared())
                .flatMap(served -> Mono.zip(first(served, YES), first(served, NO)))
                .flatMap(words -> {
                    String text = about(request.prompt(), answer) + "\nAnswer yes or no.";
                    return likes(request, text, words.getT1(), words.getT2());
                });
    }

    /** What it says about a request's prompt, in a few words. Cancel and errors as {@link #likes}. */
    Mono<String> says(GenerationRequest request) {
        return Mono.defer(() -> ask(request, about(request.prompt(), null), SamplingSettings.GREEDY, WORDS))
                .map(tokens -> tokens.stream().map(Token::text).collect(Collectors.joining()));
    }

    private Mono<Double> likes(GenerationRequest request, String text, int yes, int no) {
        if (yes == no) {
            return Mono.error(new ExofluxException(ErrorCode.UNSUPPORTED, """
                    %s cannot judge: its words for yes and no begin with the same token, %d.
                    Maybe let another model judge.""".formatted(model, yes)));
        }
        SamplingSettings oneOfTwo = SamplingSettings.builder()
                .logitBias(Map.of(yes, LIFT, no, LIFT))
                .topLogprobs(SamplingSettings.MAX_TOP_LOGPROBS)
                .build();
        return ask(request, text, oneOfTwo, 1).map(tokens -> likelihood(tokens.getLast(), yes, no));
    }

    /** Where the other word is not among the likeliest, it is taken to be as likely as the last of them: no less is known. */
    private double likelihood(Token token, int yes, int no) {
        var logprobs = token.logprobs();
        if ((token.id() != yes && token.id() != no) || logprobs == null) {
            throw new ExofluxException(ErrorCode.UNSUPPORTED, """
                    %s said neither yes nor no, but "%s".
                    Maybe let another model judge.""".formatted(model, token.text()));
        }
        int other = token.id() == yes ? no : yes;
        double otherLogprob = logprobs.top().stream()
                .filter(top -> top.id() == other)
                .mapToDouble(top -> top.logprob())
                .findFirst()
                .orElseGet(() ->
                        Math.min(logprobs.chosen(), logprobs.top().getLast().logprob()));
        double chosen = 1 / (1 + Math.exp(otherLogprob - logprobs.chosen()));
        return token.id() == yes ? chosen : 1 - chosen;
    }

    private Mono<List<Token>> ask(GenerationRequest request, String text, SamplingSettings sampling, int maxTokens) {
        GenerationRequest chat = new GenerationRequest(
                        model,
                        new Prompt.Chat(List.of(Map.of("role", "user", "content", text)), Map.of()),
                        sampling,
                        maxTokens,
                        List.of(),
                        false,
                        false)
                .withScheduling(request.scheduling());
        return generator
                .generate(chat)
                .onErrorResume(
                        ExofluxException.class,
                        e -> e.code() == ErrorCode.TEMPLATE_ERROR // a model that holds no conversations goes on from a
                                // text
                                ? generator.generate(chat.withPrompt(new Prompt.Text(text + "\n")))
                                : Mono.error(e))
                .collectList(); // at most WORDS
    }

    private String about(Prompt prompt, @Nullable String answer) {
        if (prompt instanceof Prompt.Ids) {
            throw ExofluxException.invalid("prompt", """
                    The prompt is in token ids, which %s cannot judge.
                    Maybe send it as text.""".formatted(model));
        }
        String asked = question + "\n\nPrompt:\n" + PromptText.of(prompt) + "\n";
        return answer == null ? asked : asked + "\nAnswer:\n" + answer + "\n";
    }

    private Mono<Integer> first(ServedModel served, String word) {
        return served.encode(word, false).map(ids -> ids[0]);
    }
}
