package dev.exoflux.pipeline.placement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the ranks of a tensor group find each other; a rank is a peer's place in the placement.
 *
 * @param collective never {@link CollectiveKind#AUTO}
 * @param deviceMatrix {@code [i][j]} is the RDMA device on rank i that leads to rank j, null on the diagonal; empty for {@link
 *     CollectiveKind#RING}
 * @param coordinatorSeenBy where each peer finds rank 0, as host:port; rank 0 itself listens on all addresses. In a ring a
 *     peer without a link to rank 0 has no entry: there, neighbours are all that is needed
 */
public record TensorGroup(
        int worldSize,
        CollectiveKind collective,
        List<List<@Nullable String>> deviceMatrix,
        Map<String, String> coordinatorSeenBy) {

    public TensorGroup {
        deviceMatrix = deviceMatrix.stream()
                .map(row -> Collections.unmodifiableList(new ArrayList<>(row)))
                .toList();
        coordinatorSeenBy = Collections.unmodifiableMap(new TreeMap<>(coordinatorSeenBy));
    }
}
