package dev.exoflux.shell.cluster;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** What happens to one peer or two of them, some of it only for a while. */
enum Fault {
    KILL("kill -9 of one", 1),
    KILL_TWO("kill -9 of two", 2),
    LEAVE("SIGTERM of one", 1),
    STOP("SIGSTOP of one for 1 to 8 s", 1),
    CUT("network of one cut for 0.2 to 4 s", 1),
    PART("two cut off together for 0.2 to 6 s", 2),
    STARVE("no memory left for one", 1);

    private final String told;
    private final int victims;

    Fault(String told, int victims) {
        this.told = told;
        this.victims = victims;
    }

    /** How many peers it happens to. */
    int victims() {
        return victims;
    }

    /** Whether the peers it happens to go on being there for who asks them. */
    boolean leavesThemRunning() {
        return this == STOP || this == CUT || this == PART;
    }

    /** Returns when it is over; peers that were killed stay so. */
    void strike(TestCluster cluster, List<ClusterProcess> those, SplittableRandom random) {
        TestNetwork network = cluster.network();
        int[] hosts = those.stream().mapToInt(ClusterProcess::host).toArray();
        switch (this) {
            case KILL, KILL_TWO -> those.forEach(ClusterProcess::kill);
            case LEAVE -> those.getFirst().signal("TERM");
            case STOP -> {
                those.getFirst().signal("STOP");
                pass(random.nextInt(1_000, 8_000));
                those.getFirst().signal("CONT");
            }
            case CUT -> {
                network.cut(hosts[0]);
                pass(random.nextInt(200, 4_000));
                network.mend(hosts[0]);
            }
            case PART -> {
                network.part(hosts);
                pass(random.nextInt(200, 6_000));
                network.heal();
            }
            case STARVE -> those.getFirst().starve(random.nextInt(4) << 20);
        }
    }

    private static void pass(int millis) {
        await().during(Duration.ofMillis(millis))
                .atMost(Duration.ofMillis(millis + 5_000L))
                .until(() -> true);
    }

    @Override
    public String toString() {
        return told;
    }
}
