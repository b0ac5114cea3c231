package dev.exoflux.shell.cluster;

import java.util.List;

/** Which of the peers of a deployed model something happens to. */
enum Victim {
    HEAD,
    MIDDLE,
    TAIL,
    COORDINATOR,
    /** One that only asks and is asked. */
    BYSTANDER;

    ClusterProcess of(TestCluster cluster) {
        List<ClusterProcess> ring = cluster.ring(Question.TINY);
        return switch (this) {
            case HEAD -> ring.getFirst();
            case MIDDLE -> ring.get(1);
            case TAIL -> ring.getLast();
            case COORDINATOR -> cluster.coordinator();
            case BYSTANDER -> cluster.spare(Question.TINY);
        };
    }
}
