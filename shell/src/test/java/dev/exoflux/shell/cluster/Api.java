package dev.exoflux.shell.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a peer answers over HTTP. Each question has a connection of its own: peers come and go. */
record Api(URI server) {

    static final JsonMapper JSON = new JsonMapper();
    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 60_000;

    record Response(int status, JsonNode body) {}

    /** @throws IOException where nobody answers */
    Response get(String path) throws IOException {
        return response(open("GET", path));
    }

    Response post(String path, Object body) throws IOException {
        HttpURLConnection connection = open("POST", path);
        write(connection, body);
        return response(connection);
    }

    Response postText(String path, String text) throws IOException {
        HttpURLConnection connection = open("POST", path);
        write(connection, "application/yaml", text.getBytes(StandardCharsets.UTF_8));
        return response(connection);
    }

    Response delete(String path) throws IOException {
        return response(open("DELETE", path));
    }

    /** The events of a stream; closing it disconnects. */
    HttpURLConnection stream(String path, Object body) throws IOException {
        HttpURLConnection connection = open("POST", path);
        write(connection, body);
        return connection;
    }

    private HttpURLConnection open(String method, String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) server.resolve(path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        return connection;
    }

    private static void write(HttpURLConnection connection, Object body) throws IOException {
        write(connection, "application/json", JSON.writeValueAsBytes(body));
    }

    private static void write(HttpURLConnection connection, String type, byte[] body) throws IOException {
        connection.setRequestProperty("Content-Type", type);
        connection.setDoOutput(true);
        try (var out = connection.getOutputStream()) {
            out.write(body);
        }
    }

    static Response response(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Response(status, text.isBlank() ? JSON.createObjectNode() : JSON.readTree(text));
        } finally {
            connection.disconnect();
        }
    }

    /** As {@link #get}, and nothing where nobody answers or what he says is an error. */
    private Optional<JsonNode> ask(String path) {
        try {
            return Optional.of(get(path))
                    .filter(answer -> answer.status() == 200)
                    .map(Response::body);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Its id, or nothing while it does not answer or has not joined yet. */
    Optional<String> self() {
        return ask("/api/peers").map(peers -> peers.path("self").asString()).filter(id -> !id.isEmpty());
    }

    Optional<String> coordinator() {
        return ask("/api/peers").map(peers -> peers.path("coordinator").asString());
    }

    /** The ids of those it lists. */
    Set<String> peers() {
        return new TreeSet<>(ask("/api/peers")
                .map(peers -> peers.path("peers").findValuesAsString("id"))
                .orElse(List.of()));
    }

    /** How that model stands, if it is deployed. */
    Optional<JsonNode> placement(String model) {
        return ask("/api/placements")
                .flatMap(all -> all.valueStream()
                        .filter(its -> its.path("model").asString().equals(model))
                        .findFirst());
    }

    Response deploy(Map<String, ?> deployment) throws IOException {
        return post("/api/deployments", deployment);
    }
}
