package dev.exoflux.shell.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three peers that share a secret: how they find each other, what they fetch from each other, and who is kept out. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ClosedClusterTest {

    private static final Duration PROMISED = Duration.ofSeconds(3);
    private static final String SECRET = "a secret of three peers";
    private static final String ONLY_ON_ONE = "home/rare";
    private static final int CONNECT_MILLIS = 2_000;
    private static final int SILENT_MILLIS = 300;

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.of(3).withOneOutside();

    private static List<ClusterProcess> members = List.of();

    @BeforeAll
    static void start() throws IOException {
        members = List.of(CLUSTER.peer(0), CLUSTER.peer(1), CLUSTER.peer(2));
        copyBuiltIn(members.get(2).home().resolve("models").resolve(ONLY_ON_ONE));
        members.forEach(peer -> peer.start("--cluster-secret", SECRET));
        members.forEach(CLUSTER::id);
    }

    private static void copyBuiltIn(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String file : List.of(
                "config.json",
                "generation_config.json",
                "model.safetensors",
                "tokenizer.json",
                "tokenizer_config.json",
                "chat_template.jinja")) {
            try (InputStream in =
                    ClosedClusterTest.class.getResourceAsStream("/dev/exoflux/model/builtin/tiny/" + file)) {
                if (in != null) {
                    Files.copy(in, directory.resolve(file));
                }
            }
        }
    }

    @AfterEach
    void removeTheStranger() {
        if (CLUSTER.outside().runs()) {
            CLUSTER.outside().kill();
        }
    }

    @Test
    @Order(1)
    void findEachOtherWithinThreeSeconds() {
        CLUSTER.awaitTogether(PROMISED, members);
    }

    @Test
    @Order(2)
    void aKilledPeerIsGoneWithinThreeSecondsAndLeavesNoGhost() {
        for (ClusterProcess victim : List.of(CLUSTER.coordinator(), members.get(2))) {
            String id = CLUSTER.id(victim);
            victim.kill();
            CLUSTER.awaitTogether(PROMISED);
            victim.start("--cluster-secret", SECRET);
            victim.awaitReady();
            CLUSTER.awaitTogether(PROMISED, members);
            assertThat(victim.api().self()).contains(id);
            victim.kill();
            victim.start("--cluster-secret", SECRET); // before the others have noticed
            victim.awaitReady();
            CLUSTER.awaitTogether(PROMISED, members);
        }
    }

    @Test
    @Order(3)
    void aPeerThatLacksTheModelFetchesItsPart() {
        assertThat(members.get(0).home().resolve("models").resolve(ONLY_ON_ONE)).doesNotExist();
        CLUSTER.deploy(Map.of(
                "model",
                ONLY_ON_ONE,
                "stages",
                2,
                "peers",
                List.of(CLUSTER.id(members.get(0)), CLUSTER.id(members.get(1)))));
        Question question = Question.of(5, 40, 60);
        Reader.Answer expected = Reader.of(members.get(0), question).answer();
        assertThat(expected.error()).isNull();
        for (ClusterProcess peer : members) {
            assertThat(Reader.of(peer, question.to(ONLY_ON_ONE)).answer())
                    .as(peer.toString())
                    .isEqualTo(expected);
        }
    }

    @Test
    @Order(4)
    void aPeerWithAnotherSecretOrNoneIsKeptOut() {
        ClusterProcess outside = CLUSTER.outside();
        String seed = CLUSTER.network().address(0) + ":7800";
        assumeTrue(CLUSTER.network().separate(), "the port is known only where each has a host");
        for (List<String> secret : List.of(List.of("--cluster-secret", "another secret"), List.<String>of())) {
            outside.start(secret.toArray(String[]::new));
            assertKeptOut(outside);
            outside.kill();
            List<String> seeded = new ArrayList<>(secret);
            seeded.addAll(List.of("--seeds", seed));
            outside.start(seeded.toArray(String[]::new));
            assertKeptOut(outside);
            outside.kill();
        }
        assertThat(members.get(0).log())
                .contains("Turned away")
                .contains(CLUSTER.network().address(CLUSTER.outside().host()));
    }

    private static void assertKeptOut(ClusterProcess outside) {
        outside.awaitReady();
        String id = outside.api().self().orElseThrow();
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(5))
                .until(() -> outside.api().peers().equals(Set.of(id)));
        CLUSTER.awaitTogether(PROMISED, members);
    }

    @Test
    @Order(5)
    void whoKnocksAtAnyPortLearnsNothingAndDisturbsNobody() throws IOException {
        assumeTrue(CLUSTER.network().separate(), "whose ports they are is known only where each has a host");
        ClusterProcess target = members.get(0);
        Question question = Question.of(9, 30, 600);
        Reader.Answer expected = Reader.of(members.get(1), question).answer();
        List<Integer> ports = ports(target);
        assertThat(ports).as("cluster, measuring, hops").hasSizeGreaterThanOrEqualTo(3);
        Reader running = Reader.of(members.get(1), question);
        SplittableRandom random = new SplittableRandom(38);
        for (int port : ports) {
            for (byte[] said : strangers(random)) {
                assertThat(told(target, port, said)).as("port %d", port).isLessThan(256);
            }
        }
        Reader.Answer answer = running.answer();
        assertThat(answer).isEqualTo(expected);
        CLUSTER.awaitTogether(PROMISED, members);
        assertThat(target.log())
                .contains("Turned away")
                .contains(CLUSTER.network().address(0).replaceAll("[0-9]+$", "1"));
        assertThat(target.log()).doesNotContain("\tat ", SECRET);
        assertThat(Reader.of(target, question).answer()).isEqualTo(expected);
    }

    /** A port scanner, nonsense, and the beginnings of what a peer, a browser and a client of TLS would say. */
    private static List<byte[]> strangers(SplittableRandom random) {
        byte[] nonsense = new byte[4096];
        random.nextBytes(nonsense);
        byte[] frame = {0, 0, 40, 0, 0, 0, 0, 4, 0, 0, 1, 0, 0}; // half of RSocket's SETUP
        byte[] hello = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
        byte[] huge = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0, 4};
        byte[] http = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        return List.of(new byte[0], nonsense, Arrays.copyOf(nonsense, 7), frame, hello, huge, http);
    }

    /** How many bytes it answers before it hangs up or falls silent. */
    private static int told(ClusterProcess target, int port, byte[] said) throws IOException {
        int bytes = 0;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(CLUSTER.network().address(target.host()), port), CONNECT_MILLIS);
            socket.setSoTimeout(SILENT_MILLIS);
            socket.getOutputStream().write(said);
            while (socket.getInputStream().read() >= 0) {
                bytes++;
            }
        } catch (SocketTimeoutException | SocketException e) {
            return bytes; // it waits for more, or has hung up
        }
        return bytes;
    }

    /** Those a peer's host listens on, but for that of its HTTP API. */
    private static List<Integer> ports(ClusterProcess peer) {
        List<String> command = new ArrayList<>(CLUSTER.network().prefix(peer.host()));
        command.addAll(List.of("cat", "/proc/net/tcp", "/proc/net/tcp6"));
        return Pattern.compile(":([0-9A-F]{4}) [0-9A-F]+:0000 0A ")
                .matcher(Commands.run(command.toArray(String[]::new)))
                .results()
                .map(found -> Integer.parseInt(found.group(1), 16))
                .filter(port -> port != CLUSTER.network().httpPort(peer.host()))
                .distinct()
                .toList();
    }
}
