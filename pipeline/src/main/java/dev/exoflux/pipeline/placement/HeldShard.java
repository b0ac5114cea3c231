package dev.exoflux.pipeline.placement;

import dev.exoflux.model.LayerRange;
import java.util.Locale;

/**
 * A part of a deployed model that a peer has in memory, or is bringing there.
 *
 * @param model the model's name
 * @param layers the decoder layers
 * @param epoch of the placement it is held for
 * @param memoryBytes set aside for it: its weights, and the caches that the placement promises
 * @param progress from 0 to 1: how much of it has been fetched and loaded
 * @param reason why it {@linkplain State#FAILED failed}, for the user; empty otherwise
 */
public record HeldShard(
        String model, LayerRange layers, long epoch, long memoryBytes, State state, double progress, String reason) {

    /** How far a part has come. */
    public enum State {
        LOADING,
        READY,
        FAILED;

        /** As answers spell it. */
        public String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public HeldShard {
        if (!(progress >= 0 && progress <= 1)) {
            throw new IllegalArgumentException("%s is %s loaded".formatted(model, progress));
        }
    }

    /** One that is all there, of whichever placement. */
    public static HeldShard ready(String model, LayerRange layers) {
        return new HeldShard(model, layers, 0, 0, State.READY, 1, "");
    }
}
