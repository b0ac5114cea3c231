package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import java.util.OptionalLong;
import reactor.core.publisher.Mono;

/**
 * A model as its users see it: what they have to know of it to ask for an answer, and its text, both ways. Thread-safe.
 *
 * <p>Text work runs on a worker thread; the {@code Mono}s hold nothing, and cancelling one only drops its result. While the
 * model is {@link State#LOADING} they fail with LOADING, and after it has {@link State#FAILED} with why it could not be loaded;
 * so do the plain methods that need the model's files.
 */
public interface ServedModel {

    /** How far a model has come. */
    enum State {
        /** On a disk of the cluster: the first request has it loaded. */
        AVAILABLE,
        LOADING,
        READY,
        /** The peers that are there cannot hold it; others may come. */
        WAITING,
        FAILED
    }

    /** Its name, such as {@code org/name}. */
    String id();

    State state();

    /**
     * This model, once it can be asked: what it takes to read and write its text is here, and one that was {@link
     * State#AVAILABLE} is being loaded. Errors: why that cannot be. Cancel stops the waiting.
     */
    default Mono<ServedModel> prepared() {
        return Mono.just(this);
    }

    /** Most tokens of a prompt and its answer together. */
    int contextLength();

    /** How its makers would have it sampled: what holds where a request says nothing. The seed means nothing. */
    SamplingSettings sampling();

    /** The seed of requests that name none; empty where each of these draws otherwise. */
    default OptionalLong seed() {
        return OptionalLong.empty();
    }

    /** The token ids of a prompt, exactly as {@link Generator#generate} would take it. */
    Mono<int[]> encode(Prompt prompt);

    /**
     * The token ids of a text.
     *
     * @param addSpecial whether with what the tokenizer puts around a text of its own accord, such as a leading BOS
     */
    Mono<int[]> encode(String text, boolean addSpecial);

    /** A conversation as the model's chat template writes it. */
    Mono<String> render(Prompt.Chat conversation);

    /** The text of token ids, special tokens spelt out; INVALID_REQUEST where the model has no such token. */
    Mono<String> decode(int[] ids);

    /** The bytes one token adds to a text, possibly a part of a character; empty where the id stands for nothing. */
    byte[] bytesOf(int id);
}
