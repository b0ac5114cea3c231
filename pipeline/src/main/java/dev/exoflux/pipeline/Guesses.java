package dev.exoflux.pipeline;

import dev.exoflux.model.SamplingSettings;
import org.jspecify.annotations.Nullable;

/**
 * What is guessed to follow the newest token of one answer: asked for before a step, sent with it, and held or refused when it is home.
 * Confined to the batcher's loop, but for {@link #speculated()}.
 */
final class Guesses {

    private static final int[] NONE = {};

    private final @Nullable Speculation speculation;
    private final SamplingSettings sampling;
    private final Scheduling scheduling;
    private final @Nullable DraftLength length;
    private @Nullable Wanted wanting;
    private boolean asked;
    private int[] proposals = NONE;
    private int travelling;
    private volatile Speculated speculated = Speculated.NONE;

    /**
     * Proposals that are asked for.
     *
     * @param tokens so far, the newest included
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
    record Wanted(Speculation speculation, int[] tokens, SamplingSettings sampling, Scheduling scheduling, int most) {}

    /** @param length null where nothing is to be proposed */
    Guesses(SequenceRequest request, @Nullable DraftLength length) {
        this.speculation = request.speculation();
        this.sampling = request.sampling();
        this.scheduling = request.scheduling();
        this.length = length;
    }

    /** Whether its answer waits for them. */
    boolean awaited() {
        return wanting != null;
    }

    /** That are there and not sent. */
    int count() {
        return proposals.length;
    }

    /** Of the step that travels. */
    int travelling() {
        return travelling;
    }

    /** What became of all of them; readable from any thread. */
    Speculated speculated() {
        return speculated;
    }

    /** Whether nobody has been asked for the next step yet. */
    boolean open() {
        return length != null && !asked;
    }

    /**
     * Those to ask for before the next step: then its answer waits until they are {@linkplain #proposed there}. Null if it does better
     * without.
     *
     * @param room most that can be of use
     * @param others how many answers are live beside it
     */
    @Nullable
    Wanted ask(SequenceTokens tokens, int room, int others) {
        asked = true;
        int most = length == null || room < 1 ? 0 : Math.min(room, length.choose(others));
        wanting = speculation == null || most < 1
                ? null
                : new Wanted(speculation, tokens.all(), sampling, scheduling, most);
        return wanting;
    }

    /** They are there, or will not be. */
    void proposed(Wanted answered, int[] ids, boolean failed) {
        if (!answered.equals(wanting)) {
            return; // the ring was lost meanwhile
        }
        wanting = null;
        proposals = ids;
        if (failed && length != null) {
            length.failed();
        }
    }

    /** The newest token and as many of them as there is room for, which travel from here on. */
    int[] send(int newest, int room) {
        travelling = Math.clamp(room, 0, proposals.length);
        int[] ids = new int[1 + travelling];
        ids[0] = newest;
        System.arraycopy(proposals, 0, ids, 1, travelling);
        proposals = NONE;
        asked = false;
        return ids;
    }

    /** The first {@code accepted} of those that travelled held; returns how many did not. */
    int verified(int accepted) {
        int sent = travelling;
        travelling = 0;
        speculated = speculated.plus(sent, accepted);
        if (length != null) {
            length.verified(sent, accepted);
        }
        return sent - accepted;
    }

    /** Nothing travels any more, and nobody waits. */
    void forget() {
        wanting = null;
        asked = false;
        proposals = NONE;
        travelling = 0;
    }
}
