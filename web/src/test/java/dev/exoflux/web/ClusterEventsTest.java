package dev.exoflux.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.mesh.cluster.PlacedModel;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code GET /api/events} on a real socket. */
final class ClusterEventsTest {

    private final TestServer server = TestServer.scripted();

    @Test
    void tellsHowThingsStandAndThenWhatChanges() throws IOException {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.get("/api/events");
            List<String> first = List.of(client.nextEvent(), client.nextEvent());
            assertThat(first)
                    .anyMatch(event -> event.contains("\"nodes\""))
                    .anyMatch(event -> event.contains("\"ready\""));
            server.cluster().place(List.of(ScriptedCluster.placed(PlacedModel.State.FAILED, "No.")));
            assertThat(client.nextEvent()).contains("\"reason\":\"No.\"");
            server.cluster().say(ScriptedCluster.twoPeers(17));
            assertThat(client.nextEvent()).contains("\"memoryFreeBytes\":17");
        }
        await().until(() -> server.cluster().readers() == 0);
    }

    @Test
    void namesItsEvents() throws IOException {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.get("/api/events");
            assertThat(List.of(client.next("event: "), client.next("event: ")))
                    .containsExactlyInAnyOrder("event: topology", "event: placements");
        }
    }

    @Test
    void showsThatItIsThereWhileNothingChanges() throws IOException {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.get("/api/events");
            client.nextEvent();
            client.nextEvent();
            client.next(":");
            client.next(":");
        }
    }

    @Test
    void skipsWhatASlowReaderHasMissed() throws IOException {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.get("/api/events");
            client.nextEvent();
            client.nextEvent();
            int changes = 5_000;
            for (int i = 1; i <= changes; i++) {
                server.cluster().say(ScriptedCluster.twoPeers(i));
            }
            int read = 1;
            while (!client.nextEvent().contains("\"memoryFreeBytes\":" + changes + ",")) {
                read++;
            }
            assertThat(read).isLessThan(changes / 2);
        }
    }

    @Test
    void endsWhenThePeerLeaves() throws IOException {
        try (RawClient client = new RawClient(server.port(), 4096)) {
            client.get("/api/events");
            client.nextEvent();
            client.nextEvent();
            server.cluster().leave();
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void answersHeadAtOnce() {
        server.client().head().uri("/api/events").exchange().expectStatus().isOk();
        await().until(() -> server.cluster().readers() == 0);
    }
}
