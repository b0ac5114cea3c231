package dev.exoflux.pipeline.placement;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.model.Shard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Says which part of a model goes to which peer. Pure: the same question has the same answer, on every peer.
 *
 * <p>{@code docs/placement.md} tells the cost model and the algorithm.
 */
public final class Planner {

    private Planner() {}

    /**
     * The placement that makes a token of one sequence soonest, under every peer's memory.
     *
     * <p>When it fails, the next-best one is the answer to the same question {@linkplain Constraints#excluding without the
     * peer} or {@linkplain Constraints#avoiding without the link} that failed.
     *
     * @throws ExofluxException NO_PEERS, INSUFFICIENT_MEMORY, NOT_CONNECTED, NOT_DIVISIBLE or RDMA_UNAVAILABLE, saying what is
     *     missing on which peer; INVALID_REQUEST for more stages than the model has layers
     */
    public static Placement plan(ModelFootprint model, Topology topology, Constraints constraints) {
        Demand demand = Demand.of(model, constraints);
        Candidates candidates = Candidates.of(topology, constraints, demand);
        return switch (constraints.strategy()) {
            case PIPELINE, AUTO -> PipelinePlanner.plan(demand, candidates, constraints);
            case TENSOR -> TensorPlanner.plan(demand, candidates, topology, constraints);
        };
    }

    /**
     * Tiles the layers of a model evenly over stages: no gap, no overlap, nobody empty, sizes that differ by one at most.
     * The longer ones come first, because the last stage has the head to compute as well.
     *
     * @param layers decoder layers of the model
     * @return one shard a stage, in the order the activations pass through them
     * @throws ExofluxException INVALID_CONFIGURATION for no stage at all, or more stages than layers
     */
    public static List<Shard> tile(int layers, int stages) {
        if (stages < 1 || stages > layers) {
            throw new ExofluxException(ErrorCode.INVALID_CONFIGURATION, """
                    %d layers cannot be cut into %d stages.
                    Maybe choose between 1 and %d stages.""".formatted(layers, stages, layers));
        }
        double[] alike = new double[stages];
        Arrays.fill(alike, 1);
        return tile(layers, alike).stream()
                .map(range -> new Shard(range, layers))
                .toList();
    }

    /**
     * Tiles layers over weights: no gap, no overlap, nobody empty; by largest remainder, ties to the earlier.
     *
     * @param weights of any sum; none negative, one at least positive
     * @throws ExofluxException INVALID_CONFIGURATION where that cannot be
     */
    public static List<LayerRange> tile(int layers, double[] weights) {
        double sum = Arrays.stream(weights).sum();
        boolean sound = Arrays.stream(weights).allMatch(weight -> weight >= 0) && sum > 0 && sum < Double.MAX_VALUE;
        if (layers < Math.max(1, weights.length) || !sound) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION, """
                    %d layers cannot be tiled over the weights %s.
                    Maybe between 1 and %d weights, none negative and one at least positive.""".formatted(layers, Arrays.toString(weights), layers));
        }
        double[] quotas =
                Arrays.stream(weights).map(weight -> layers * weight / sum).toArray();
        int[] sizes = Arrays.stream(quotas)
                .mapToInt(quota -> Math.max(1, (int) quota))
                .toArray();
        for (int given = Arrays.stream(sizes).sum(); given != layers; ) {
            int step = given < layers ? 1 : -1;
            sizes[neediest(quotas, sizes, step)] += step;
            given += step;
        }
        return ranges(sizes);
    }

    /** Who is furthest from its quota in that direction and may still move. */
    private static int neediest(double[] quotas, int[] sizes, int step) {
        return IntStream.range(0, sizes.length)
                .filter(i -> sizes[i] + step >= 1)
                .boxed()
                .max(Comparator.<Integer>comparingDouble(i -> step * (quotas[i] - sizes[i]))
                        .thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
    }

    private static List<LayerRange> ranges(int[] sizes) {
        List<LayerRange> ranges = new ArrayList<>(sizes.length);
        int from = 0;
        for (int size : sizes) {
            ranges.add(new LayerRange(from, from + size));
            from += size;
        }
        return List.copyOf(ranges);
    }
}
