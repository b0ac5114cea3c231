package dev.exoflux.shell;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Waits for a deployed model, and shows how far it has come: on a terminal as a bar, else as lines. */
final class DeploymentProgress {

    private static final int BAR = 30;

    /** A server says something every 15 seconds, if only that it is there. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final Console console;
    private final ServerClient server;
    private final String model;
    private String shown = "";
    private boolean seen;

    DeploymentProgress(Console console, ServerClient server, String model) {
        this.console = console;
        this.server = server;
        this.model = model;
    }

    /**
     * Returns how it stands once it answers.
     *
     * @param placed how it stood when it was deployed
     * @throws ExofluxException why it never will
     */
    JsonNode await(JsonNode placed) {
        long epoch = placed.path("epoch").asLong(0);
        try {
            show(placed);
            return finished(placed)
                    ? outcome(placed)
                    : outcome(changes()
                            .filter(now -> now.path("epoch").asLong(0) >= epoch)
                            .doOnNext(this::show)
                            .filter(DeploymentProgress::finished)
                            .next()
                            .switchIfEmpty(Mono.error(this::lost))
                            .onErrorMap(
                                    failure -> failure instanceof UncheckedIOException
                                            || failure instanceof TimeoutException,
                                    failure -> lost())
                            .block()); // the edge: the command waits for the model
        } finally {
            if (console.terminal()) {
                console.err().print("\r\033[K");
                console.err().flush();
            }
        }
    }

    /** How the model stands, now and whenever that changes. */
    private Flux<JsonNode> changes() {
        return server.lines("/api/events")
                .timeout(SILENCE)
                .filter(line -> line.startsWith("data: ["))
                .map(line -> placed(ServerReply.json(line.substring("data: ".length()))))
                .filter(now -> !now.isMissingNode());
    }

    private JsonNode placed(JsonNode placements) {
        for (JsonNode placed : placements) {
            if (placed.path("model").asString("").equals(model)) {
                seen = true;
                return placed;
            }
        }
        if (seen) {
            throw new ExofluxException(ErrorCode.MODEL_NOT_FOUND, model + " was undeployed meanwhile.");
        }
        return placements.path(model); // missing: this server does not know of it yet
    }

    private static boolean finished(JsonNode placed) {
        String state = placed.path("state").asString("");
        return state.equals("ready") || state.equals("failed");
    }

    private JsonNode outcome(@Nullable JsonNode placed) {
        if (placed == null) {
            throw lost();
        }
        if (placed.path("state").asString("").equals("failed")) {
            throw new ExofluxException(
                    ErrorCode.MODEL_INVALID,
                    "%s cannot be deployed: %s"
                            .formatted(model, placed.path("reason").asString("its peers do not say why.")));
        }
        return placed;
    }

    private ExofluxException lost() {
        return new ExofluxException(
                ErrorCode.PEER_LOST,
                "%s does not answer any more; %s may be deployed all the same.%nMaybe `exoflux placements` tells."
                        .formatted(server.address(), model));
    }

    private void show(JsonNode placed) {
        double progress = placed.path("progress").asDouble(0);
        String line = switch (placed.path("state").asString("")) {
            case "placing" -> "%s  %s".formatted(model, progress(progress));
            case "waiting" ->
                "%s waits: %s".formatted(model, placed.path("reason").asString("for peers"));
            default -> "";
        };
        if (line.isEmpty() || line.equals(shown)) {
            return;
        }
        shown = line;
        if (console.terminal()) {
            console.err().print("\r\033[K" + line.replace('\n', ' '));
        } else {
            console.err().println(line);
        }
        console.err().flush();
    }

    /** A bar, or tens of percents where each change is a line of its own. */
    private String progress(double done) {
        if (!console.terminal()) {
            return "%d%%".formatted(10 * (int) (done * 10));
        }
        int filled = (int) (done * BAR);
        return String.format(Locale.ROOT, "[%s%s] %3.0f%%", "#".repeat(filled), "-".repeat(BAR - filled), done * 100);
    }
}
