package dev.exoflux.mesh.weights;

import java.time.Duration;

/**
 * How weights are pulled.
 *
 * @param pieceBytes that are asked for, checked and written at once
 * @param piecesAtOnce from one holder
 * @param patience with a holder that fails again and again
 * @param pieceWithin which a piece arrives, or its holder has failed
 * @param idle how long one who finds nothing to do waits before it looks again
 * @param lendAfter a piece has been waited for so long, one who finds nothing else to do asks for it too
 * @param saveEvery so many bytes it is written down what is here
 */
record PullSettings(
        int pieceBytes,
        int piecesAtOnce,
        Duration patience,
        Duration pieceWithin,
        Duration idle,
        Duration lendAfter,
        long saveEvery) {

    static final PullSettings DEFAULTS = new PullSettings(
            4 << 20,
            4,
            Duration.ofSeconds(5),
            Duration.ofMinutes(2),
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            256L << 20);
}
