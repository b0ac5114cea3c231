package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.shell.core.command.CommandOption;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A connection to a running server; what it answers with an error, or not at all, is an {@link ExofluxException}. */
final class ServerClient implements AutoCloseable {

    /** For every command that asks a server. */
    static final CommandOption URL = Options.text("url", "Address of the server, such as http://192.168.1.20:8080");

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Longer than a cluster takes to confirm an order. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private final URI server;
    private final HttpClient http;

    ServerClient(URI server) {
        this(server, newHttp());
    }

    private ServerClient(URI server, HttpClient http) {
        this.server = server;
        this.http = http;
    }

    private static HttpClient newHttp() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** The server that {@code --url} names, else a running one of this user. */
    static ServerClient of(Options options, Console console) {
        return find(options, console)
                .orElseThrow(
                        () -> new ExofluxException(
                                ErrorCode.INVALID_CONFIGURATION,
                                "No exoflux server runs here.\nMaybe start one: exoflux serve; or name one: --url http://192.168.1.20:8080."));
    }

    /** The same, empty where none is named and none runs. */
    static Optional<ServerClient> find(Options options, Console console) {
        HttpClient http = newHttp();
        Optional<URI> address =
                options.text("url").map(ServerClient::address).or(() -> RunningServer.find(console.home(), http));
        if (address.isEmpty()) {
            http.close();
        }
        return address.map(found -> new ServerClient(found, http));
    }

    private static URI address(String url) {
        try {
            URI address = URI.create(url);
            if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw ExofluxException.invalid(
                "--url", "--url %s is not an address such as http://127.0.0.1:8080.".formatted(url));
    }

    URI address() {
        return server;
    }

    /** The body of the answer as it stands. */
    String text(String path) {
        return body(request(path).timeout(ANSWER_TIMEOUT).build());
    }

    JsonNode get(String path) {
        return ServerReply.json(text(path));
    }

    JsonNode post(String path, Object body) {
        return ServerReply.json(body(posting(path, body).timeout(ANSWER_TIMEOUT).build()));
    }

    JsonNode postYaml(String path, byte[] yaml) {
        return ServerReply.json(body(request(path)
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofByteArray(yaml))
                .timeout(ANSWER_TIMEOUT)
                .build()));
    }

    /** @param name may hold any character */
    void delete(String path, String name) {
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        body(request(path + "/" + encoded).timeout(ANSWER_TIMEOUT).DELETE().build());
    }

    /** The lines of an answer that lasts; cancel ends the request. Lines are read on a worker thread, one when it is asked for. */
    Flux<String> lines(String path) {
        return lines(request(path).build());
    }

    Flux<String> linesOf(String path, Object body) {
        return lines(posting(path, body).build());
    }

    private Flux<String> lines(HttpRequest request) {
        return Flux.defer(() -> {
                    AtomicBoolean over = new AtomicBoolean();
                    return Flux.using(
                            () -> open(request), body -> lines(body).onErrorComplete(failure -> over.get()), body -> {
                                over.set(true);
                                abandon(body);
                            });
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static Flux<String> lines(InputStream body) {
        return Flux.fromStream(() -> new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)).lines());
    }

    /** The bare stream and not its reader, which whoever waits for a line has locked. */
    private static void abandon(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // it was lost anyway
        }
    }

    private InputStream open(HttpRequest request) throws IOException {
        HttpResponse<InputStream> response = send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            try (InputStream body = response.body()) {
                throw ServerReply.failure(
                        server, response.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return response.body();
    }

    private String body(HttpRequest request) {
        HttpResponse<String> response = send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw ServerReply.failure(server, response.statusCode(), response.body());
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path));
    }

    private HttpRequest.Builder posting(String path, Object body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "No exoflux server answers at %s.%nMaybe start one: exoflux serve.".formatted(server),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExofluxException(ErrorCode.INTERNAL, "Interrupted while waiting for " + server + ".", e);
        }
    }

    /** Ends what is still being read. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
