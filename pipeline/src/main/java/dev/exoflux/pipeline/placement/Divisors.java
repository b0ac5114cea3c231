package dev.exoflux.pipeline.placement;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Over how many ranks a model splits evenly. */
final class Divisors {

    private Divisors() {}

    static boolean splits(ModelFootprint model, int ranks) {
        return model.heads() % ranks == 0 && model.kvHeads() % ranks == 0 && model.mlpWidth() % ranks == 0;
    }

    /** Every number of ranks between two bounds that splits the model. */
    static List<Integer> between(ModelFootprint model, int least, int most) {
        return IntStream.rangeClosed(least, Math.min(most, model.kvHeads()))
                .filter(ranks -> splits(model, ranks))
                .boxed()
                .toList();
    }

    /** All of them, for a message. */
    static String common(ModelFootprint model) {
        return between(model, 1, model.kvHeads()).stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
