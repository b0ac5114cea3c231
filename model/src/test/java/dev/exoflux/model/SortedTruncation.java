package dev.exoflux.model;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/** Top-k and top-p the slow way: sort everything. */
final class SortedTruncation {

    private SortedTruncation() {}

    static Set<Integer> keep(float[] logits, int topK, float topP) {
        Integer[] order = IntStream.range(0, logits.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, (a, b) -> logits[a] == logits[b] ? a - b : Float.compare(logits[b], logits[a]));
        int kept = topK == 0 ? logits.length : Math.min(topK, logits.length);
        double total = 0;
        for (int i = 0; i < kept; i++) {
            total += Math.exp(logits[order[i]]);
        }
        Set<Integer> ids = new HashSet<>();
        double sum = 0;
        for (int i = 0; i < kept && (topP == 1 || sum < topP * total); i++) {
            ids.add(order[i]);
            sum += Math.exp(logits[order[i]]);
        }
        return ids;
    }
}
