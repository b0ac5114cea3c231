package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.Priority;
import dev.exoflux.pipeline.Scheduling;
import dev.exoflux.pipeline.ServedModel;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Priority and deadline of a request, in its body and in headers. */
final class UrgencyTest {

    private static final String MESSAGES = "'messages': [{'role': 'user', 'content': 'Hello'}]";

    private final TestServer server = TestServer.scripted();

    private WebTestClient.ResponseSpec ask(String path, String body, Map<String, String> headers) {
        return server.client()
                .post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .headers(sent -> headers.forEach(sent::set))
                .bodyValue("{" + body.replace('\'', '"') + "}")
                .exchange();
    }

    private Scheduling said(String path, String body, Map<String, String> headers) {
        ask(path, body, headers).expectStatus().isOk();
        return server.peer().requests().getLast().scheduling();
    }

    private Scheduling said(String field, Map<String, String> headers) {
        return said("/v1/chat/completions", MESSAGES + field, headers);
    }

    @Test
    void aRequestThatSaysNothingIsAsAnyOther() {
        assertThat(said("", Map.of())).isEqualTo(Scheduling.DEFAULT);
        assertThat(said(", 'exoflux': {}", Map.of())).isEqualTo(Scheduling.DEFAULT);
        assertThat(said(", 'exoflux': null", Map.of())).isEqualTo(Scheduling.DEFAULT);
    }

    @Test
    void bothMayBeInTheBodyOrInHeaders() {
        Scheduling expected =
                Scheduling.DEFAULT.withPriority(Priority.HIGH).withDeadline(TestServer.NOW.plusMillis(2500));
        assertThat(said(", 'exoflux': {'priority': 'high', 'deadline': 2.5}", Map.of()))
                .isEqualTo(expected);
        assertThat(said("", Map.of("X-Exoflux-Priority", "High", "X-Exoflux-Deadline", "2.5")))
                .isEqualTo(expected);
        assertThat(said(", 'exoflux': {'deadline': 2.5}", Map.of("X-Exoflux-Priority", "high")))
                .isEqualTo(expected);
        assertThat(said(
                        "/v1/completions",
                        "'prompt': 'Once', 'exoflux': {'priority': 'low'}",
                        Map.of("X-Exoflux-Priority", "low")))
                .isEqualTo(Scheduling.DEFAULT.withPriority(Priority.LOW));
    }

    /** The server's own clock stands still, far behind the timers': whatever has to wait is too late. */
    @Test
    void aDeadlineCoversTheWaitForAModel() {
        server.peer().serve(new ScriptedPeer.ScriptedModel("exoflux/waits", ServedModel.State.WAITING));
        for (String stream : List.of("false", "true")) {
            ask(
                            "/v1/chat/completions",
                            MESSAGES + ", 'stream': %s, 'exoflux': {'deadline': 1}".formatted(stream),
                            Map.of())
                    .expectStatus()
                    .isEqualTo(504)
                    .expectBody()
                    .jsonPath("$.error.code")
                    .isEqualTo("deadline_exceeded");
        }
        assertThat(server.peer().requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'exoflux': {'priority': 'urgent'} |                    |         | exoflux.priority   | "urgent": it must be high, normal or low
            'exoflux': {'priority': 1}        |                    |         | exoflux.priority   | 1
            'exoflux': {'deadline': 0}        |                    |         | exoflux.deadline   | 0: it must be seconds
            'exoflux': {'deadline': -1}       |                    |         | exoflux.deadline   | -1
            'exoflux': {'deadline': 86401}    |                    |         | exoflux.deadline   | at most 86400
            'exoflux': {'deadline': 'soon'}   |                    |         | exoflux.deadline   | "soon"
            'exoflux': {'prio': 'high'}       |                    |         | exoflux.prio       | "high"
            'exoflux': 7                      |                    |         | exoflux            | 7
            'n': 1                            | X-Exoflux-Priority | urgent  | X-Exoflux-Priority | 'urgent'
            'n': 1                            | X-Exoflux-Deadline | 1 s     | X-Exoflux-Deadline | '1 s': it must be seconds
            'n': 1                            | X-Exoflux-Deadline | NaN     | X-Exoflux-Deadline | 'NaN'
            'exoflux': {'priority': 'low'}    | X-Exoflux-Priority | high    | X-Exoflux-Priority | 'high': the body says otherwise
            """)
    void refusesWhatMeansNothing(String field, String header, String value, String param, String told) {
        Map<String, String> headers = header == null ? Map.of() : Map.of(header, value);
        Map<String, Map<String, String>> body = ask("/v1/chat/completions", MESSAGES + ", " + field, headers)
                .expectStatus()
                .isBadRequest()
                .expectBody(new ParameterizedTypeReference<Map<String, Map<String, String>>>() {})
                .returnResult()
                .getResponseBody();
        assertThat(Objects.requireNonNull(body).get("error"))
                .containsEntry("param", param)
                .hasEntrySatisfying("message", message -> assertThat(message).contains(told));
    }
}
