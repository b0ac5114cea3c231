package dev.exoflux.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.exoflux.model.ExofluxException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** The client of a server that does not keep to the protocol: it dies, or is another program. */
final class RemoteAssistantTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String EVENT = "data: {\"choices\":[{\"delta\":{\"content\":\"Once\"}}]}\n\n";
    private static final String CHUNK = "%x\r\n%s\r\n".formatted(EVENT.length(), EVENT);

    private final List<String> pieces = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"", "0\r\n\r\n"})
    void tellsAnAnswerThatWasCutOff(String last) throws IOException {
        ExofluxException failure = failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK + last);
        assertThat(failure).hasMessageContaining("before the answer was complete");
        assertThat(pieces).containsExactly("Once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Bad gateway</html>", "{}", ""})
    void tellsThatAnotherProgramAnswers(String body) throws IOException {
        ExofluxException failure =
                failure("HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body));
        assertThat(failure).hasMessageContaining("status 502").hasMessageNotContaining("html");
        assertThat(pieces).isEmpty();
    }

    @Test
    void tellsWhichRuleEndedAnAnswer() throws IOException {
        String event = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}],"
                + "\"exoflux\":{\"validated\":false,\"rule\":\"no-secrets\"}}\n\n";
        failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n".formatted(event.length(), event));
        assertThat(notices)
                .containsExactly("(not validated: the answer ends here, since it broke the rule no-secrets)");
        assertThat(pieces).isEmpty();
    }

    /** What comes of a request that is answered with {@code response} as it stands, and a closed connection. */
    private ExofluxException failure(String response) throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerClient server = new ServerClient(URI.create("http://127.0.0.1:" + listening.getLocalPort()))) {
            Thread.ofVirtual().start(() -> answer(listening, response));
            Flux<String> answer = new RemoteAssistant(server, Optional.of("m"))
                    .answer(
                            List.of(Map.of("role", "user", "content", "Hello")),
                            new ChatSettings(null, null, null, null, null),
                            notices::add);
            return catchThrowableOfType(
                    ExofluxException.class, () -> answer.doOnNext(pieces::add).blockLast(PATIENCE));
        }
    }

    private static void answer(ServerSocket listening, String response) {
        try (Socket client = listening.accept()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            int length = 0;
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                if (line.startsWith("Content-Length: ")) {
                    length = Integer.parseInt(line.substring("Content-Length: ".length()));
                }
            }
            in.skip(length);
            client.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
