package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/** A {@link TestPeer} that runs, or ran. */
final class PeerProcess {

    static final Duration SOON = Duration.ofSeconds(20);

    private final Process process;
    private final PrintStream in;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private PeerProcess(Process process) {
        this.process = process;
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread.startVirtualThread(this::read);
    }

    /** How to start peers that find each other. */
    record Plan(Path home, String cluster, String secret, String bind, int port, String seeds, int beacon) {

        static Plan on(Path home, int beacon) {
            return new Plan(home, "test", "-", "127.0.0.1", 0, "-", beacon);
        }

        Plan secret(String its) {
            return new Plan(home, cluster, its, bind, port, seeds, beacon);
        }

        Plan cluster(String its) {
            return new Plan(home, its, secret, bind, port, seeds, beacon);
        }

        Plan seeds(String its) {
            return new Plan(home, cluster, secret, bind, port, its, beacon);
        }

        Plan bind(String its) {
            return new Plan(home, cluster, secret, its, port, seeds, beacon);
        }

        Plan home(Path its) {
            return new Plan(its, cluster, secret, bind, port, seeds, beacon);
        }

        /** @param prefix such as {@code ip netns exec NAME} */
        PeerProcess start(String... prefix) {
            List<String> command = new ArrayList<>(List.of(prefix));
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx96m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xshare:auto",
                    "-cp",
                    System.getProperty("java.class.path"),
                    TestPeer.class.getName(),
                    home.toString(),
                    cluster,
                    secret,
                    bind,
                    Integer.toString(port),
                    seeds,
                    Integer.toString(beacon)));
            try {
                return new PeerProcess(
                        new ProcessBuilder(command).redirectErrorStream(true).start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("its output ends");
        }
    }

    void tell(String line) {
        in.println(line);
    }

    /** Waits until it has joined. */
    PeerProcess joined() {
        try {
            await(SOON, () -> !last("joined").isEmpty());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not joined:\n" + String.join("\n", lines), e);
        }
        return this;
    }

    /** A word of the last line that begins so. */
    private String word(String line, int at) {
        return last(line).split(" ", -1)[at];
    }

    String id() {
        return word("joined", 1);
    }

    int port() {
        return Integer.parseInt(word("joined", 2));
    }

    String coordinator() {
        return word("peers", 1);
    }

    Set<String> peers() {
        String line = last("peers");
        return line.isEmpty() ? Set.of() : Set.of(word("peers", 2).split(",", -1));
    }

    int links() {
        return Integer.parseInt(word("peers", 4));
    }

    /** As it said it last: version and values. */
    String state() {
        return last("state");
    }

    boolean said(String line) {
        return lines.stream().anyMatch(its -> its.startsWith(line));
    }

    private String last(String word) {
        return lines.stream().filter(line -> line.startsWith(word + " ")).reduce("", (before, line) -> line);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Ends it as a power cut would. */
    void kill() {
        process.destroyForcibly();
        assertThat(process.onExit().orTimeout(5, TimeUnit.SECONDS).join().isAlive())
                .isFalse();
    }

    void signal(String name) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void leave() {
        tell("leave");
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Until each of these sees all of these, and nobody else, and all agree on who coordinates. */
    static void awaitTogether(Duration limit, PeerProcess... peers) {
        Set<String> ids = new java.util.HashSet<>();
        for (PeerProcess peer : peers) {
            ids.add(peer.joined().id());
        }
        try {
            await(
                    limit,
                    () -> List.of(peers).stream()
                            .allMatch(peer -> peer.peers().equals(ids)
                                    && peer.coordinator().equals(peers[0].coordinator())));
        } catch (ConditionTimeoutException e) {
            String said = List.of(peers).stream()
                    .map(peer -> String.join("\n", peer.lines()))
                    .collect(Collectors.joining("\n\n"));
            throw new AssertionError("not together within " + limit + ":\n" + said, e);
        }
    }

    static void await(Duration limit, java.util.concurrent.Callable<Boolean> condition) {
        org.awaitility.Awaitility.await()
                .atMost(limit)
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }
}
