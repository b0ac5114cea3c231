package dev.exoflux.pipeline.placement;

import java.util.BitSet;

/**
 * Which rings are wanted.
 *
 * @param least peers
 * @param most peers
 * @param required by number: those that every ring has to have
 */
record RingRules(int least, int most, BitSet required) {

    static RingRules of(Candidates candidates, Constraints constraints, int layers) {
        BitSet required = new BitSet();
        for (int i = 0; i < candidates.size(); i++) {
            required.set(i, candidates.required(i));
        }
        int most = constraints.stages() > 0 ? constraints.stages() : Math.min(layers, candidates.size());
        int least =
                Math.max(Math.max(1, required.cardinality()), Math.max(constraints.stages(), constraints.minPeers()));
        return new RingRules(least, most, required);
    }
}
