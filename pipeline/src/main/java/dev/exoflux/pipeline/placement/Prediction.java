package dev.exoflux.pipeline.placement;

import dev.exoflux.model.LayerRange;
import java.util.List;

/**
 * What a token of one sequence takes on a ring.
 *
 * @param computeSeconds of every stage together: bytes of weights that the token reads, by the peer's measured speed
 * @param hopSeconds of every hop together, the one home included
 */
record Prediction(double computeSeconds, double hopSeconds) {

    static Prediction of(Demand demand, Candidates candidates, int[] ring, List<LayerRange> cut) {
        double compute = 0;
        double hops = 0;
        int last = ring.length - 1;
        for (int stage = 0; stage <= last; stage++) {
            LayerRange layers = cut.get(stage);
            double read = demand.active(layers.from(), layers.to())
                    + (stage == last ? demand.model().headMatrixBytes() : 0);
            compute += read / candidates.speed(ring[stage]);
            if (stage < last) {
                hops += candidates.seconds(ring[stage], ring[stage + 1], demand.activationBytes());
            }
        }
        if (last > 0) {
            hops += candidates.seconds(ring[last], ring[0], Demand.TOKEN_BYTES);
        }
        return new Prediction(compute, hops);
    }

    double seconds() {
        return computeSeconds + hopSeconds;
    }
}
