package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ModelDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A model as an entry has it, wherever its stages are: its text, and what requests have to keep to. Owns the tokenizer.
 * Thread-safe.
 *
 * <p>Text work runs on a worker thread; the {@code Mono}s hold nothing, and cancelling one only drops its result.
 */
public final class AnsweringModel implements AutoCloseable {

    private final ModelText text;
    private final RequestRules rules;

    private AnsweringModel(ModelText text, RequestRules rules) {
        this.text = text;
        this.rules = rules;
    }

    /**
     * Reads tokenizer and chat template, but no weights. Blocks: not for an event loop.
     *
     * @param contextLength most tokens of a prompt and its answer together
     * @param cache directory for the tokenizer's native library
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID for a missing or damaged tokenizer
     */
    public static AnsweringModel open(ModelDirectory directory, int contextLength, Path cache) {
        ModelText text = ModelText.load(directory, cache);
        int vocabularySize = directory.config().vocabularySize();
        return new AnsweringModel(text, new RequestRules(contextLength, vocabularySize, text.ends()));
    }

    /** The text of an answer whose ids come from {@code answers}; demand, cancel and errors as {@link Generator#generate} says. */
    public Flux<Token> generate(GenerationRequest request, Answers answers) {
        Flux<Token> tokens = work(() -> rules.apply(request, text.encode(request.prompt())))
                .flatMapMany(sequence -> answer(request, sequence, answers));
        return Deadlines.enforced(tokens, request.scheduling().deadline(), Schedulers.parallel());
    }

    private Flux<Token> answer(GenerationRequest request, SequenceRequest sequence, Answers answers) {
        AnswerText answer = text.answer(request, sequence.prompt());
        return ahead(answers.open(sequence), sequence.speculation())
                .map(answer::next)
                .takeUntil(token -> token.finish() != null); // a stop string cancels, and so retires the sequence
    }

    /**
     * Where tokens are guessed, the reader's demand and as many more as one round may give: a reader who asks for one at a time, as a
     * socket does, would else have each round give one.
     */
    private static Flux<SequenceToken> ahead(Flux<SequenceToken> tokens, @Nullable Speculation speculation) {
        return speculation == null ? tokens : tokens.limitRate(1 + speculation.most(), 1);
    }

    /**
     * What another model proposes to this one. Compares their tokens on a worker thread; cancel drops the result.
     *
     * @param its answers of the draft
     * @return errors: INVALID_CONFIGURATION if a token of one is something else, or nothing, in the other
     */
    public Mono<Proposer> draftedBy(AnsweringModel draft, Answers its) {
        return work(() -> compared(draft, its));
    }

    private Proposer compared(AnsweringModel draft, Answers its) {
        int shared = Math.min(rules.vocabularySize(), draft.rules.vocabularySize());
        for (int id = 0; id < shared; id++) {
            if (!Arrays.equals(bytesOf(id), draft.bytesOf(id))) {
                throw new ExofluxException(ErrorCode.INVALID_CONFIGURATION, """
                        A draft has to have the same tokens as the model it proposes to: token %d is %s here and %s there.
                        Maybe take a smaller model of the same family.""".formatted(
                                id, shown(bytesOf(id)), shown(draft.bytesOf(id))));
            }
        }
        return new ModelProposer(its, draft.rules.contextLength(), rules.vocabularySize());
    }

    private static String shown(byte[] token) {
        return token.length == 0 ? "nothing" : "'" + new String(token, StandardCharsets.UTF_8) + "'";
    }

    /** As {@link ServedModel#encode(Prompt)} says. */
    public Mono<int[]> encode(Prompt prompt) {
        return work(() -> text.encode(prompt));
    }

    /** As {@link ServedModel#encode(String, boolean)} says. */
    public Mono<int[]> encode(String words, boolean addSpecial) {
        return work(() -> text.tokenizer().encode(words, addSpecial));
    }

    /** As {@link ServedModel#render} says. */
    public Mono<String> render(Prompt.Chat conversation) {
        return work(() -> text.render(conversation));
    }

    /** As {@link ServedModel#decode} says. */
    public Mono<String> decode(int[] ids) {
        return work(() -> {
            rules.checkIds(ids);
            return text.tokenizer().decode(ids, false);
        });
    }

    /** As {@link ServedModel#bytesOf} says. */
    public byte[] bytesOf(int id) {
        return text.tokenizer().bytesOf(id);
    }

    private static <T> Mono<T> work(Callable<T> task) {
        return Mono.fromCallable(task).subscribeOn(Schedulers.boundedElastic());
    }

    /** Frees the tokenizer; no answer may be under way any more. */
    @Override
    public void close() {
        text.close();
    }
}
