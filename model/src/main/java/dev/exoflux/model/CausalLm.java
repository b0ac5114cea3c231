package dev.exoflux.model;

/**
 * The shard of a decoder-only language model that one stage runs. Written once for each architecture, in terms of
 * {@link Ops}, and so runs on every backend.
 *
 * <p>Holds no state of any sequence: passes of different threads may use it at once. Owns its weights.
 */
public interface CausalLm extends AutoCloseable {

    /** The layers held. */
    Shard shard();

    /** Elements of a hidden state. */
    int hiddenSize();

    /** Number of token ids, and so the width of the logits. */
    int vocabularySize();

    /** Token ids to hidden states {@code [ids.length, hiddenSize]}; only on the first shard. */
    Tensor embed(Ops ops, int[] ids);

    /**
     * Hidden states through this shard's layers, {@code [rows, hiddenSize]} to the same. Ends all other tensors of the pass,
     * {@code hidden} among them.
     */
    Tensor layers(Ops ops, Tensor hidden, Positions at);

    /** Final norm and head: {@code [rows, hiddenSize]} to {@code [rows, vocabularySize]}; only on the last shard. */
    Tensor logits(Ops ops, Tensor hidden);

    /** What a sequence's cache holds for this shard. */
    KvShape kvShape();

    /** An empty cache for one sequence of at most {@code capacity} positions. */
    KvCache newCache(int capacity);

    /** Bytes a decode step of one token reads from the weights of this shard. */
    long weightBytes();

    /** Bytes a second at which the weights could be read, as {@link Backend#readSpeed} has it; 0 where nobody knows. */
    default long readSpeed() {
        return 0;
    }

    @Override
    void close();
}
