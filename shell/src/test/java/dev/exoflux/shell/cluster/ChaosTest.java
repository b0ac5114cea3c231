package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random faults, round after round, under four answers each; the same seed strikes the same way. Run by {@code -Pchaos}, with
 * {@code -Dexoflux.chaos.rounds=N} and {@code -Dexoflux.chaos.seed=N}; writes a table to {@code target/cluster/chaos.md}.
 */
@Tag("chaos")
final class ChaosTest {

    private static final int ROUNDS = Integer.getInteger("exoflux.chaos.rounds", 100);
    private static final long SEED = Long.getLong("exoflux.chaos.seed", 1);
    private static final int PEERS = 5;
    private static final List<Fault> FAULTS = List.of(Fault.values());

    /** Three peers hold the model at least, so that any two may be lost. */
    private static final String MEMORY = "22MiB";

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.of(PEERS, "--memory", MEMORY, "--prefill-chunk", "64");

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ChaosTable table = new ChaosTable();

    @Test
    void nothingIsLostRepeatedOrLeftHanging() throws IOException {
        assumeTrue(CLUSTER.network().separate(), "there are no hosts to cut off");
        CLUSTER.startAll();
        CLUSTER.deploy(Map.of("model", Question.TINY, "stages", 3, "context", 2048, "concurrency", 16));
        List<Question> questions = Stream.concat(Streams.DECODING.stream(), Streams.PREFILLING.stream())
                .toList();
        Streams.undisturbed(CLUSTER.peer(0), questions);
        for (int round = 1; round <= ROUNDS; round++) {
            table.add(round(round, questions));
            Files.writeString(Path.of("target", "cluster", "chaos.md"), table.toString());
        }
        System.out.println(table);
        assertThat(table.failures()).isEmpty();
    }

    private ChaosTable.Row round(int number, List<Question> questions) {
        Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
        List<ClusterProcess> shuffled = shuffled(CLUSTER.running());
        List<ClusterProcess> victims = shuffled.subList(0, fault.victims());
        List<ClusterProcess> asked =
                fault.leavesThemRunning() ? shuffled : shuffled.subList(fault.victims(), shuffled.size());
        List<Question> four = Stream.generate(() -> questions.get(random.nextInt(questions.size())))
                .limit(4)
                .toList();
        int tokens = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 40);
        String struck = "%s, %s".formatted(fault, roles(victims));
        Streams streams = Streams.at(asked, four);
        streams.awaitAnyTokens(tokens);
        fault.strike(CLUSTER, victims, random);
        List<String> wrong = new ArrayList<>();
        int told = 0;
        for (Reader reader : streams.readers()) {
            String outcome = outcome(fault, reader);
            told += outcome.startsWith("told") ? 1 : 0;
            if (outcome.startsWith("WRONG")) {
                wrong.add("round %d, %s: %s".formatted(number, struck, outcome));
            }
        }
        victims.stream()
                .filter(peer -> fault == Fault.STARVE || fault == Fault.LEAVE)
                .forEach(peer -> {
                    if (fault == Fault.LEAVE) {
                        peer.awaitEnd();
                    } else if (peer.runs()) {
                        peer.kill();
                    }
                });
        try {
            CLUSTER.restore(Question.TINY);
            Streams.at(List.of(CLUSTER.peer(random.nextInt(PEERS))), four.subList(0, 1))
                    .assertUndisturbed();
        } catch (AssertionError e) {
            throw new AssertionError("after round %d (%s)%n%s".formatted(number, struck, table), e);
        }
        ChaosTable.Row row = new ChaosTable.Row(number, fault, struck, tokens, told, streams.longestPause(), wrong);
        System.out.println(row);
        return row;
    }

    /** Whole and right; or told of an error, where one may be told of and what came before is right. */
    private static String outcome(Fault fault, Reader reader) {
        Reader.Answer expected = Streams.undisturbed(reader);
        Reader.Answer answer;
        try {
            answer = reader.answer();
        } catch (AssertionError hangs) {
            return "WRONG, " + hangs.getMessage();
        }
        if (answer.equals(expected)) {
            return "whole";
        }
        String error = answer.error();
        boolean begun = answer.ids()
                .equals(expected.ids()
                        .subList(0, Math.min(answer.ids().size(), expected.ids().size())));
        boolean mayTell = fault == Fault.STARVE || fault == Fault.PART || fault == Fault.CUT; // too few are left
        boolean clear = error != null && error.contains("Maybe");
        return begun && mayTell && clear
                ? "told " + error
                : "WRONG, %d of %d tokens, %s, %s"
                        .formatted(
                                answer.ids().size(),
                                expected.ids().size(),
                                begun ? "right so far" : "other tokens",
                                error);
    }

    private List<ClusterProcess> shuffled(List<ClusterProcess> peers) {
        List<ClusterProcess> all = new ArrayList<>(peers);
        for (int i = all.size() - 1; i > 0; i--) {
            ClusterProcess moved = all.get(i);
            int other = random.nextInt(i + 1);
            all.set(i, all.get(other));
            all.set(other, moved);
        }
        return all;
    }

    private static String roles(List<ClusterProcess> victims) {
        List<ClusterProcess> ring = CLUSTER.ring(Question.TINY);
        ClusterProcess coordinator = CLUSTER.coordinator();
        return String.join(
                " and ",
                victims.stream()
                        .map(peer -> {
                            int stage = ring.indexOf(peer);
                            String role = stage < 0 ? "no stage" : "stage " + stage;
                            return peer == coordinator ? role + ", coordinator" : role;
                        })
                        .toList());
    }
}
