package dev.exoflux.model;

/**
 * What one position of a KV cache holds on this peer.
 *
 * @param layers decoder layers of the shard
 * @param kvHeads key/value heads a layer
 * @param headDim elements a head
 */
public record KvShape(int layers, int kvHeads, int headDim) {

    /** Elements of keys and values together for one position over all layers. */
    public long elementsPerPosition() {
        return 2L * layers * kvHeads * headDim;
    }
}
