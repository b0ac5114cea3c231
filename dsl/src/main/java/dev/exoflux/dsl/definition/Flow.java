package dev.exoflux.dsl.definition;

import dev.exoflux.pipeline.PipelineSettings;

/**
 * How much of it goes on at once.
 *
 * @param inFlight batches that travel between stages at once, or {@link #AUTOMATIC}, the default, for what the slowest stage takes
 * @param prefillChunk most tokens of prompts in one pass; by default 256
 * @param maxConcurrency requests answered at once; by default 16
 * @param queue requests that may wait beyond these; by default 64
 */
public record Flow(int inFlight, int prefillChunk, int maxConcurrency, int queue) {

    /** As many as the slowest stage takes. */
    public static final int AUTOMATIC = 0;

    /** Most batches in flight. */
    public static final int MOST_IN_FLIGHT = 1024;

    /** Most of anything else. */
    public static final int MOST = 1 << 20;

    /** What holds where nothing is said. */
    public static final Flow DEFAULTS = new Flow(
            AUTOMATIC,
            PipelineSettings.DEFAULTS.prefillChunk(),
            PipelineSettings.DEFAULTS.maxConcurrency(),
            PipelineSettings.DEFAULTS.queue());

    public Flow {
        Bounds.withinOr(AUTOMATIC, "in-flight", inFlight, MOST_IN_FLIGHT);
        Bounds.within("prefill-chunk", prefillChunk, 1, MOST);
        Bounds.within("max-concurrency", maxConcurrency, 1, MOST);
        Bounds.within("queue", queue, 0, MOST);
    }
}
