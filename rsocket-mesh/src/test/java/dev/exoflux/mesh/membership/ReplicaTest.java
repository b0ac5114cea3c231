package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cluster's state among simulated peers. */
final class ReplicaTest {

    @Test
    void whatIsDecidedIsKnownToAllAndConfirmedToWhoAsked() {
        Cluster cluster = together(3);
        cluster.propose("p0002", 1, "tiny", "2 stages");
        cluster.deliver();
        assertThat(cluster.answers).containsEntry("p0002 1", "1/3/p0000");
        assertThat(cluster.states()).hasSize(1);
        assertThat(cluster.state("p0001").values()).isEqualTo(Map.of("tiny", "2 stages"));
    }

    @Test
    void confirmsNothingThatMostHaveNotOnDisk() {
        Cluster cluster = together(5);
        for (String id : List.of("p0000", "p0001", "p0002")) {
            cluster.disk(id).full = true;
        }
        cluster.propose("p0004", 1, "tiny", "x");
        cluster.deliver();
        assertThat(cluster.answers).isEmpty();
        cluster.disk("p0001").full = false;
        cluster.tick();
        cluster.propose("p0004", 2, "tiny", "y");
        cluster.deliver();
        assertThat(cluster.answers).containsOnlyKeys("p0004 2");
    }

    @Test
    void outlivesTheCoordinatorAndAnyMinority() {
        int confirmedOnes = 0;
        for (int lost = 0; lost < 100; lost++) { // each pair of five, ten times
            Cluster cluster = together(5, lost);
            cluster.lose(0.3);
            cluster.propose("p0003", 1, "tiny", "x");
            cluster.deliver();
            boolean confirmed = cluster.answers.containsKey("p0003 1");
            cluster.lose(0);
            int first = lost % 5;
            int second = (first + 1 + lost / 5 % 2) % 5;
            cluster.kill("p000" + first);
            cluster.kill("p000" + second);
            cluster.group(List.copyOf(cluster.ids()));
            cluster.deliver();
            cluster.tick();
            cluster.deliver();
            assertThat(cluster.states()).hasSize(1);
            if (confirmed) {
                confirmedOnes++;
                assertThat(cluster.states().getFirst().values()).containsEntry("tiny", "x");
            }
        }
        assertThat(confirmedOnes).isBetween(10, 90);
    }

    @Test
    void asksTheNextCoordinatorWhenTheOneAskedIsLost() {
        Cluster cluster = together(3);
        cluster.propose("p0002", 1, "tiny", "x");
        cluster.kill("p0000");
        cluster.deliver();
        cluster.group(List.of("p0001", "p0002"));
        cluster.deliver();
        assertThat(cluster.answers).containsEntry("p0002 1", "1/2/p0001");
    }

    @Test
    void aRestartOfAllInAnyOrderKeepsTheNewest() {
        Cluster cluster = together(3);
        cluster.propose("p0000", 1, "tiny", "old");
        cluster.deliver();
        cluster.kill("p0001");
        cluster.group(List.of("p0000", "p0002"));
        cluster.propose("p0002", 2, "tiny", "new");
        cluster.deliver();
        cluster.kill("p0000");
        cluster.kill("p0002");
        cluster.start("p0001"); // the one that missed it comes first and coordinates
        assertThat(cluster.state("p0001").values()).containsEntry("tiny", "old");
        cluster.start("p0002");
        cluster.group(List.of("p0001", "p0002"));
        cluster.deliver();
        assertThat(cluster.states()).hasSize(1);
        assertThat(cluster.state("p0001").values()).containsEntry("tiny", "new");
    }

    @Test
    void aPeerThatWasAwayDoesNotBringBackWhatWasRemoved() {
        Cluster cluster = together(3);
        cluster.propose("p0000", 1, "tiny", "x");
        cluster.deliver();
        cluster.group(List.of("p0000", "p0001"));
        cluster.group(List.of("p0002"));
        cluster.propose("p0001", 2, "tiny", null);
        cluster.deliver();
        cluster.group(List.of("p0002", "p0000", "p0001"));
        cluster.deliver();
        assertThat(cluster.states()).hasSize(1);
        assertThat(cluster.state("p0002").values()).isEmpty();
    }

    @Test
    void ofTwoHalvesTheLongerHistoryWinsAndOfEqualOnesTheLarger() {
        Cluster cluster = together(5);
        cluster.group(List.of("p0000", "p0001"));
        cluster.group(List.of("p0002", "p0003", "p0004"));
        cluster.propose("p0000", 1, "a", "small half");
        cluster.propose("p0003", 2, "a", "large half");
        cluster.deliver();
        cluster.propose("p0001", 3, "b", "small half");
        cluster.deliver();
        cluster.propose("p0000", 4, "c", "small half, third");
        cluster.propose("p0003", 5, "c", "large half, second");
        cluster.deliver();
        cluster.group(List.of("p0001", "p0002", "p0000", "p0003", "p0004"));
        cluster.deliver();
        assertThat(cluster.states()).hasSize(1);
        assertThat(cluster.states().getFirst().values())
                .isEqualTo(Map.of("a", "large half", "b", "small half", "c", "small half, third"));
    }

    @Test
    void whoJoinsKnowsWhatWasDecidedOnceItHasAsked() {
        Cluster cluster = together(3);
        cluster.kill("p0002");
        cluster.group(List.of("p0000", "p0001"));
        cluster.propose("p0000", 1, "tiny", "x");
        cluster.deliver();
        cluster.start("p0002");
        cluster.group(List.of("p0000", "p0001", "p0002"));
        cluster.propose("p0002", 2, Replica.NOTHING, null);
        cluster.propose("p0000", 3, Replica.NOTHING, null);
        cluster.deliver();
        assertThat(cluster.answers).containsEntry("p0002 2", "1/2/p0000").containsEntry("p0000 3", "1/2/p0000");
        assertThat(cluster.state("p0002").values()).isEqualTo(Map.of("tiny", "x"));
    }

    @Test
    void refusesWhatIsTooLong() {
        Cluster cluster = together(2);
        cluster.propose("p0001", 1, "k".repeat(ClusterState.KEY_LENGTH + 1), "x");
        cluster.propose("p0001", 2, "k", "x".repeat(ClusterState.VALUE_LENGTH + 1));
        cluster.deliver();
        assertThat(cluster.answers.get("p0001 1")).contains("257 characters", "Maybe");
        assertThat(cluster.answers.get("p0001 2")).contains("32001 characters", "Maybe");
        assertThat(cluster.state("p0000").values()).isEmpty();
    }

    /** Splits, merges, losses, crashes and restarts; at the end all see each other, and agree on what was confirmed last. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void allAgreeWhateverHappened(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Cluster cluster = new Cluster(2 + random.nextInt(12), seed);
        List<String> all = List.copyOf(cluster.ids());
        for (int round = 0; round < 60; round++) {
            all.stream().filter(id -> !cluster.ids().contains(id)).forEach(id -> {
                if (random.nextInt(3) == 0) {
                    cluster.start(id);
                }
            });
            if (cluster.ids().size() > 1 && random.nextInt(4) == 0) {
                cluster.kill(cluster.shuffled().getFirst());
            }
            split(cluster, 1 + random.nextInt(3));
            cluster.lose(random.nextInt(3) * 0.2);
            for (int write = 0; write < random.nextInt(4); write++) {
                String value = random.nextInt(4) == 0 ? null : "r" + round + "w" + write;
                cluster.propose(cluster.shuffled().getFirst(), round * 10L + write, "k" + random.nextInt(5), value);
            }
            cluster.deliver();
        }
        cluster.lose(0);
        all.stream().filter(id -> !cluster.ids().contains(id)).forEach(cluster::start);
        cluster.group(cluster.shuffled());
        settle(cluster);
        assertThat(cluster.states()).hasSize(1);
    }

    @Test
    void aThousandPeersAgreeAfterASplit() {
        Cluster cluster = together(1000);
        List<String> all = cluster.shuffled();
        cluster.group(all.subList(0, 400));
        cluster.group(all.subList(400, 990));
        TreeMap<String, String> expected = new TreeMap<>();
        for (int i = 0; i < 50; i++) {
            cluster.propose(all.get(i % 2 == 0 ? i : 500 + i), i, "k" + i, "v" + i);
            expected.put("k" + i, "v" + i);
        }
        cluster.deliver();
        cluster.group(cluster.shuffled());
        settle(cluster);
        assertThat(cluster.answers).hasSize(50);
        assertThat(cluster.states()).hasSize(1);
        assertThat(cluster.states().getFirst().values()).isEqualTo(expected);
    }

    private static Cluster together(int size) {
        return together(size, 1);
    }

    private static Cluster together(int size, long seed) {
        Cluster cluster = new Cluster(size, seed);
        cluster.group(List.copyOf(cluster.ids()));
        cluster.deliver();
        return cluster;
    }

    private static void split(Cluster cluster, int parts) {
        List<String> all = cluster.shuffled();
        List<List<String>> groups = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (i < parts) {
                groups.add(new ArrayList<>());
            }
            groups.get(i % parts).add(all.get(i));
        }
        groups.forEach(cluster::group);
    }

    private static void settle(Cluster cluster) {
        for (int i = 0; i < 3; i++) {
            cluster.deliver();
            cluster.tick();
        }
        cluster.deliver();
    }
}
