package dev.exoflux.web;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Which pages a browser lets call: those of this machine. */
final class OriginsTest {

    private final TestServer server = TestServer.scripted();

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:3000", "http://127.0.0.1:5173", "http://localhost", "app://ui"})
    void letsPagesOfThisMachineCall(String origin) {
        server.client()
                .get()
                .uri("/v1/models")
                .header(HttpHeaders.ORIGIN, origin)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        preflight(origin)
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.org", "http://localhost.example.org", "null"})
    void turnsOtherPagesAway(String origin) {
        preflight(origin).expectStatus().isForbidden();
        server.client()
                .get()
                .uri("/v1/models")
                .header(HttpHeaders.ORIGIN, origin)
                .exchange()
                .expectStatus()
                .isForbidden();
    }

    @Test
    void asksNothingOfClientsThatAreNoPages() {
        server.get("/v1/models").expectStatus().isOk();
    }

    private WebTestClient.ResponseSpec preflight(String origin) {
        return server.client()
                .options()
                .uri("/v1/chat/completions")
                .header(HttpHeaders.ORIGIN, origin)
                .header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, "POST")
                .header(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS, "authorization, content-type")
                .exchange();
    }
}
