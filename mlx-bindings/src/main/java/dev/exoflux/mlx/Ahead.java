package dev.exoflux.mlx;

import dev.exoflux.model.ExofluxException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has MLX compute the next step of sequences before anybody asks: after some steps that went on with the likeliest token, the
 * next one is built while MLX still computes the last, begins once that has been handed over, and is there when the stage
 * comes with the same. If it comes with anything else, it is forgotten: what it wrote to caches lies behind their ends. Whoever
 * samples other tokens is foretold less and less. Used on MLX's thread alone.
 */
final class Ahead {

    /** Steps that went on with the likeliest tokens, before the next one is foretold. */
    private static final int PATIENCE = 4;

    private static final int MOST_PATIENCE = 4096;

    private final Supplier<MlxPass> passes;
    private final boolean wanted;
    private int patience = PATIENCE;
    private int likely;
    private long hits;

    // what comes next if the last step goes on with its likeliest tokens
    private @Nullable Program next;
    private @Nullable MlxPass pass;
    private int tensor;
    private boolean begun;

    /** @param passes makes empty ones */
    Ahead(Supplier<MlxPass> passes, boolean wanted) {
        this.passes = passes;
        this.wanted = wanted;
    }

    /** Whether anything is ever foretold. */
    boolean wanted() {
        return wanted;
    }

    /** Steps that were there when they were asked for. */
    long hits() {
        return hits;
    }

    /** The pass that does these steps, if it is there: the caller's from now on. Otherwise nothing is left of one. */
    @Nullable
    MlxPass take(Program steps, int wantedTensor) {
        Program foretold = next;
        MlxPass there = pass;
        if (foretold == null || !foretold.sameStepsAs(steps)) {
            likely = 0;
            drop();
            return null;
        }
        if (!foretold.sameAs(steps) || tensor != wantedTensor) {
            if (there != null) {
                patience = Math.min(4 * patience, MOST_PATIENCE);
            }
            likely = 0;
            drop();
            return null;
        }
        if (++likely >= 2 * patience) {
            patience = Math.max(PATIENCE, patience / 2);
        }
        next = null;
        pass = null;
        if (there != null) {
            hits++;
        }
        return there;
    }

    /** Builds what may come after a pass that has begun. */
    void prepare(MlxPass now, Program steps, int itsTensor) {
        TokenStep step = now.tokenStep();
        if (now.likeliest() == 0) {
            return;
        }
        Program following = step.next(steps);
        tensor = itsTensor;
        begun = false;
        if (likely >= patience && step.hasRoom()) {
            pass = built(following, now.likeliest());
        }
        next = following;
    }

    private @Nullable MlxPass built(Program following, long ids) {
        MlxPass built = passes.get();
        try {
            built.build(following, ids);
            return built;
        } catch (RuntimeException e) { // whoever asks for it will hear of it
            built.close();
            return null;
        }
    }

    /** That pass has been computed, and these were its likeliest tokens. */
    void learn(MlxPass now, int[] likeliest) {
        if (next != null) {
            now.tokenStep().choose(next, likeliest);
        }
    }

    /** Begins what was built. */
    void begin() {
        if (pass != null && !begun) {
            begun = true;
            try {
                pass.begin(tensor, true);
            } catch (ExofluxException e) { // its caches say what became of them
                begun = false; // nothing to wait for
                drop();
            }
        }
    }

    /** Forgets what was foretold; waits for what of it has begun. */
    void drop() {
        MlxPass dropped = pass;
        next = null;
        pass = null;
        if (dropped != null) {
            try {
                if (begun) {
                    dropped.settle();
                } else {
                    dropped.undo();
                }
            } catch (ExofluxException e) { // its caches say what became of them
            } finally {
                dropped.close();
            }
        }
    }
}
