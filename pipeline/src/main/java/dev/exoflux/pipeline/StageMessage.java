package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.Sampled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that ever travels round the ring. */
public sealed interface StageMessage {

    /** What stages have taken so far for what none has computed. */
    long[] NOTHING_TAKEN = {};

    /**
     * Token ids: from the entry to the first stage what to compute, from the tail to the entry what came out.
     *
     * @param spans whose tokens these are, in row order
     * @param ids one a row
     * @param logprobs from the tail only: one a row, null where the request asked for none; empty from the entry
     * @param stageNanos what each stage so far has taken to compute it, in order
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
    record TokenBatch(List<Span> spans, int[] ids, List<Sampled.@Nullable Logprobs> logprobs, long[] stageNanos)
            implements StageMessage {

        /** A batch that no stage has computed yet, or of which nobody said what that took. */
        public TokenBatch(List<Span> spans, int[] ids, List<Sampled.@Nullable Logprobs> logprobs) {
            this(spans, ids, logprobs, NOTHING_TAKEN);
        }
    }

    /**
     * Hidden states between two stages.
     *
     * @param ids the token ids again: the tail needs them for penalties and prompt log-probabilities
     * @param hidden {@code [ids.length, width]}, row-major
     * @param stageNanos what each stage so far has taken to compute it, in order
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
    record ActivationBatch(List<Span> spans, int[] ids, float[] hidden, int width, long[] stageNanos)
            implements StageMessage {

        /** Hidden states of which nobody said what they took. */
        public ActivationBatch(List<Span> spans, int[] ids, float[] hidden, int width) {
            this(spans, ids, hidden, width, NOTHING_TAKEN);
        }
    }

    /** A sequence has ended, whether by itself or by a cancel: every stage frees its cache and passes this on. */
    record Retire(long sequence) implements StageMessage {}

    /** A step of one sequence failed; the others go on. Passed on to the entry, which retires the sequence. */
    record Failed(long sequence, ErrorCode code, String message) implements StageMessage {}
}
