package dev.exoflux.pipeline.placement;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Chooses which candidates form a tensor group, where the user left that open. */
final class TensorGroups {

    private static final int SEEDS = 24;

    private final TensorCosts costs;
    private final Candidates candidates;
    private final int rank0;

    /** @param rank0 a candidate that every group has to have, or -1 */
    TensorGroups(TensorCosts costs, Candidates candidates, int rank0) {
        this.costs = costs;
        this.candidates = candidates;
        this.rank0 = rank0;
    }

    /** The quickest group of one of these sizes, found by growing it from several first peers; null where there is none. */
    @Nullable
    List<Integer> quickest(List<Integer> sizes) {
        List<Integer> best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int size : sizes) {
            List<Integer> fitting = fitting(size);
            List<Integer> seeds = rank0 < 0
                    ? fitting
                    : fitting.stream().filter(i -> i == rank0).toList();
            for (int seed : seeds.subList(0, Math.min(SEEDS, seeds.size()))) {
                List<Integer> group = grown(seed, fitting, size);
                double seconds = group.size() == size ? costs.of(group) : Double.POSITIVE_INFINITY;
                if (seconds < least) {
                    least = seconds;
                    best = group;
                }
            }
        }
        return best;
    }

    /** Candidates with the memory for a rank of so many, the fastest first. */
    private List<Integer> fitting(int size) {
        return IntStream.range(0, candidates.size())
                .filter(i -> candidates.peer(i).memoryFreeBytes() >= costs.rankBytes(size))
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -candidates.speed(i)))
                .toList();
    }

    private List<Integer> grown(int seed, List<Integer> fitting, int size) {
        List<Integer> group = new ArrayList<>(List.of(seed));
        while (group.size() < size) {
            int nearest = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int peer : fitting) {
                if (!group.contains(peer)) {
                    group.add(peer);
                    double seconds = costs.of(group);
                    group.removeLast();
                    if (seconds < least) {
                        least = seconds;
                        nearest = peer;
                    }
                }
            }
            if (nearest < 0) {
                break;
            }
            group.add(nearest);
        }
        group.sort(Comparator.naturalOrder());
        return group;
    }

    /** Why no group was found, of the sizes that would split the model. */
    ExofluxException missing(Demand demand, Constraints constraints, List<Integer> sizes) {
        int largest = sizes.getLast();
        if (sizes.stream().noneMatch(size -> fitting(size).size() >= size)) {
            return PlacementErrors.rankMemory(
                    demand, candidates.peers(), largest, costs.rankBytes(largest), constraints);
        }
        List<Integer> all = IntStream.range(0, candidates.size()).boxed().toList();
        if (costs.kind() == CollectiveKind.JACCL) {
            return PlacementErrors.rdma(costs.missingRdma(all));
        }
        return new ExofluxException(
                ErrorCode.NOT_CONNECTED,
                "No %s peers with the memory for a rank are all linked with each other, both ways.\nMaybe link more of them."
                        .formatted(sizes.size() == 1 ? largest : sizes));
    }
}
