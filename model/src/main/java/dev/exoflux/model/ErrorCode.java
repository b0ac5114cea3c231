package dev.exoflux.model;

/** Stable names of what can go wrong; the one closed list that HTTP status and RSocket error codes are derived from. */
public enum ErrorCode {
    /** The request is malformed, or a value in it is out of range. */
    INVALID_REQUEST(false),
    /** Prompt (and what may follow) is longer than the model's context. */
    CONTEXT_EXCEEDED(false),
    /** No model of that name is served or found on disk. */
    MODEL_NOT_FOUND(false),
    /** A file of the model is damaged, lies about itself or lacks something. */
    MODEL_INVALID(false),
    /** Well-formed, but of a kind that exoflux does not run: an architecture, dtype, quantisation or option. */
    UNSUPPORTED(false),
    /** The chat template cannot be parsed or fails for these messages. */
    TEMPLATE_ERROR(false),
    /** A setting of the program itself is wrong: a port in use, a directory that cannot be written. */
    INVALID_CONFIGURATION(false),
    /** The weights or the KV cache do not fit into memory. */
    OUT_OF_MEMORY(false),
    /** Nobody is there to place a model on, or fewer peers than were asked for. */
    NO_PEERS(true),
    /** No peers that may hold the model together have the memory for it. */
    INSUFFICIENT_MEMORY(true),
    /** The peers that would have to form a ring or a group are not linked with each other. */
    NOT_CONNECTED(true),
    /** Heads or columns of the model cannot be split evenly over that many ranks. */
    NOT_DIVISIBLE(false),
    /** RDMA was asked for, and is not enabled or not cabled somewhere in the group. */
    RDMA_UNAVAILABLE(false),
    /** The queue is full; the same request may succeed later. */
    OVERLOADED(true),
    /** The moment that the request named as its last has passed; the same request with more time may succeed. */
    DEADLINE_EXCEEDED(true),
    /** The model is still being loaded. */
    LOADING(true),
    /** The peer is shutting down. */
    SHUTTING_DOWN(true),
    /** A peer that computed a part of the answer is gone or cannot be reached. */
    PEER_LOST(true),
    /** What computes for a peer ended or does not answer any more: it is started again, and what it held is loaded again. */
    BACKEND_LOST(true),
    /** A peer does not hold the stage it was asked for: by now another placement is in force. */
    RING_UNKNOWN(true),
    /** A rule of a validator cannot be decided any more: the peer or model that decides it is gone, or the rule itself fails. */
    VALIDATOR_LOST(true),
    /** A peer sent what this one cannot read: it runs another version, or what it sent was damaged. */
    PROTOCOL(false),
    /** A defect of exoflux itself. */
    INTERNAL(false);

    private final boolean retryable;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same request may succeed later without a change. */
    public boolean retryable() {
        return retryable;
    }
}
