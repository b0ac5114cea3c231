package dev.exoflux.dsl;

import dev.exoflux.dsl.definition.Flow;

/** How much goes on at once; what is not said is as in {@link Flow#DEFAULTS}. Immutable. */
public final class FlowSentence {

    private final Flow flow;

    FlowSentence() {
        this(Flow.DEFAULTS);
    }

    private FlowSentence(Flow flow) {
        this.flow = flow;
    }

    /** Batches that travel between stages at once. */
    public FlowSentence inFlight(int batches) {
        return new FlowSentence(new Flow(batches, flow.prefillChunk(), flow.maxConcurrency(), flow.queue()));
    }

    /** Most tokens of prompts in one pass. */
    public FlowSentence prefillChunk(int tokens) {
        return new FlowSentence(new Flow(flow.inFlight(), tokens, flow.maxConcurrency(), flow.queue()));
    }

    /** Requests answered at once. */
    public FlowSentence maxConcurrency(int requests) {
        return new FlowSentence(new Flow(flow.inFlight(), flow.prefillChunk(), requests, flow.queue()));
    }

    /** Requests that may wait beyond these. */
    public FlowSentence queue(int requests) {
        return new FlowSentence(new Flow(flow.inFlight(), flow.prefillChunk(), flow.maxConcurrency(), requests));
    }

    Flow flow() {
        return flow;
    }
}
