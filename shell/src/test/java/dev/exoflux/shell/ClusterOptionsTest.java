package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

/** Options of {@code serve} about clusters, and the properties they become. */
final class ClusterOptionsTest {

    private static final String SECRET = "exoflux.cluster.secret";

    @TempDir
    private Path folder;

    private static Map<String, String> properties(Map<String, String> environment, String... words) {
        Console console = new Console(
                new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), false, environment);
        return ClusterOptions.properties(
                new Options(ArgumentParser.parse(new ServeCommand(console), List.of(words))), environment);
    }

    @Test
    void joinsTheUsualClusterUnlessToldOtherwise() {
        assertThat(properties(Map.of())).containsExactly(Map.entry("exoflux.cluster.enabled", "true"));
        assertThat(properties(Map.of("EXOFLUX_CLUSTER_SECRET", "somewhat secret"), "--alone"))
                .containsExactly(Map.entry("exoflux.cluster.enabled", "false"));
    }

    @Test
    void takesEveryOption() {
        assertThat(properties(
                        Map.of(),
                        "--cluster=lab",
                        "--seeds=10.0.0.1, 10.0.0.2:7801",
                        "--cluster-host=10.0.0.9",
                        "--cluster-port=7900",
                        "--memory=1.5GiB",
                        "--label=attic",
                        "--label=gpu=h100",
                        "--cluster-secret= open sesame "))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("exoflux.cluster.enabled", "true"),
                        Map.entry("exoflux.cluster.name", "lab"),
                        Map.entry("exoflux.cluster.seeds[0]", "10.0.0.1"),
                        Map.entry("exoflux.cluster.seeds[1]", "10.0.0.2:7801"),
                        Map.entry("exoflux.cluster.host", "10.0.0.9"),
                        Map.entry("exoflux.cluster.port", "7900"),
                        Map.entry("exoflux.memory", "1610612736B"),
                        Map.entry(SECRET, "open sesame"),
                        Map.entry("exoflux.cluster.labels[0]", "attic"),
                        Map.entry("exoflux.cluster.labels[1]", "gpu=h100")));
    }

    @Test
    void takesTheHostFromTheEnvironment() {
        Map<String, String> environment = Map.of("EXOFLUX_CLUSTER_HOST", "127.0.0.1");
        assertThat(properties(environment)).containsEntry("exoflux.cluster.host", "127.0.0.1");
        assertThat(properties(environment, "--cluster-host=::1")).containsEntry("exoflux.cluster.host", "::1");
    }

    @Test
    void readsTheSecretFromTheFirstPlaceThatHasOne() throws IOException {
        String file =
                Files.writeString(folder.resolve("secret"), "from the file\n").toString();
        Map<String, String> environment = Map.of("EXOFLUX_CLUSTER_SECRET", "from outside\n");
        assertThat(properties(environment)).containsEntry(SECRET, "from outside");
        assertThat(properties(environment, "--cluster-secret-file", file)).containsEntry(SECRET, "from the file");
    }

    @Test
    void keepsWhatSpringWouldReplace() {
        String secret = properties(Map.of(), "--cluster-secret=a${user.home}b").getOrDefault(SECRET, "");
        MockEnvironment spring = new MockEnvironment().withProperty(SECRET, secret);
        assertThat(spring.getProperty(SECRET)).isEqualTo("a${user.home}b");
    }

    @Test
    void refusesASecretThatIsNotThere() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
        Path long_ = Files.write(folder.resolve("long"), new byte[5000]);
        for (Path file : List.of(empty, binary, long_, folder, folder.resolve("none"))) {
            assertThatThrownBy(() -> properties(Map.of(), "--cluster-secret-file=" + file))
                    .isInstanceOfSatisfying(
                            ExofluxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION))
                    .hasMessageContaining(file.toString());
        }
        assertThatThrownBy(() -> properties(Map.of("EXOFLUX_CLUSTER_SECRET", " ")))
                .hasMessageContaining("EXOFLUX_CLUSTER_SECRET holds nothing");
        assertThatThrownBy(() -> properties(Map.of(), "--cluster-secret=a", "--cluster-secret-file=b"))
                .hasMessageContaining("both given");
    }

    @Test
    void neverShowsTheSecret() {
        ServerSettings settings = new ServerSettings(
                InetAddress.getLoopbackAddress(), OptionalInt.empty(), List.of("--exoflux.cluster.secret=hush"));
        assertThat(settings).asString().doesNotContain("hush");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--cluster=lab",
                "--seeds=a",
                "--cluster-port=1",
                "--cluster-secret=x",
                "--cluster-host=a",
                "--label=a"
            })
    void isEitherAloneOrInACluster(String option) {
        assertThatThrownBy(() -> properties(Map.of(), "--alone", option))
                .hasMessageContaining("--alone joins no cluster")
                .hasMessageContaining(option.substring(0, option.indexOf('=')));
    }

    @Test
    void cutsModelsOnlyWhereItIsAlone() {
        assertThat(properties(Map.of(), "--alone", "--stages=2")).hasSize(1);
        assertThatThrownBy(() -> properties(Map.of(), "--stages=2")).hasMessageContaining("Maybe add --alone");
    }

    @ParameterizedTest
    @CsvSource({"8GiB,8589934592", "512mib,536870912", "16GB,16000000000", "0.5 KiB,512", "1TiB,1099511627776"})
    void understandsAmountsOfMemory(String text, long bytes) {
        assertThat(ByteSize.parse("--memory", text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "GiB", "-1GiB", "8 gigs", "0GiB", "9999999999TiB"})
    void refusesOtherAmounts(String text) {
        assertThatThrownBy(() -> ByteSize.parse("--memory", text)).hasMessageContaining("Maybe 8GiB");
    }

    @Test
    void stepsOverPortsThatAreTaken() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
            int port = taken.getLocalPort();
            assertThat(FreePort.from(loopback, port, port + 20)).isBetween(port + 1, port + 20);
            assertThatThrownBy(() -> FreePort.from(loopback, port, port)).hasMessageContaining("--port");
        }
    }
}
