package dev.exoflux.shell;

import dev.exoflux.pipeline.placement.format.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What {@code /api/flow} says, for people: a line for each ring, one for each of its stages, and one for each pipeline. */
final class FlowText {

    private static final String NONE = "-";

    private FlowText() {}

    static String of(JsonNode flow, PeerNames names) {
        if (flow.path("models").isEmpty()) {
            return "No model is loaded.\n";
        }
        StringBuilder text = new StringBuilder(models(flow.path("models"), names));
        for (JsonNode model : flow.path("models")) {
            text.append(model.has("ring") ? memory(model) : unknown(model, names));
        }
        if (!flow.path("pipelines").isEmpty()) {
            text.append('\n').append(pipelines(flow.path("pipelines")));
        }
        return text.toString();
    }

    private static String models(JsonNode models, PeerNames names) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("MODEL", "STAGE", "PEER", "LAYERS", "CREDIT", "IN FLIGHT", "QUEUE", "MS/STEP", "TOKENS/S"));
        for (JsonNode model : models) {
            JsonNode ring = model.path("ring");
            rows.add(List.of(
                    model.path("model").asString(""),
                    "ring",
                    NONE,
                    NONE,
                    whole(ring, "credit"),
                    whole(ring, "inFlight"),
                    queue(ring),
                    decimal(ring, "roundMillis"),
                    decimal(ring, "tokensPerSecond")));
            int number = 1;
            for (JsonNode stage : model.path("stages")) {
                rows.add(List.of(
                        "",
                        Integer.toString(number++),
                        stage.has("peer") ? names.of(stage.path("peer").asString("")) : NONE,
                        stage.has("from") ? PeerNames.layers(stage) : NONE,
                        whole(stage, "credit"),
                        decimal(stage, "inFlight"),
                        NONE,
                        decimal(stage, "stepMillis"),
                        decimal(ring, "tokensPerSecond")));
            }
        }
        return Table.of(rows);
    }

    /** Such as {@code 3 run, 2 wait, 1 aside}. */
    private static String queue(JsonNode ring) {
        if (ring.isMissingNode()) {
            return NONE;
        }
        int aside = ring.path("setAside").asInt(0);
        return "%d run, %d wait%s"
                .formatted(
                        ring.path("running").asInt(0),
                        ring.path("waiting").asInt(0),
                        aside == 0 ? "" : ", " + aside + " aside");
    }

    private static String memory(JsonNode model) {
        JsonNode ring = model.path("ring");
        return "%s: %d of %d MiB for caches are promised; set aside %d times.%n"
                .formatted(
                        model.path("model").asString(""),
                        ring.path("cacheReservedBytes").asLong(0) >> 20,
                        ring.path("cacheBudgetBytes").asLong(0) >> 20,
                        ring.path("timesSetAside").asLong(0));
    }

    private static String unknown(JsonNode model, PeerNames names) {
        String name = model.path("model").asString("");
        return model.has("head")
                ? "%s: its batches are made by %s, which does not answer now.%n"
                        .formatted(name, names.of(model.path("head").asString("")))
                : "%s: it is on no peer now.%n".formatted(name);
    }

    private static String pipelines(JsonNode pipelines) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PIPELINE", "RUNNING", "OF", "WAITING", "OF"));
        for (JsonNode pipeline : pipelines) {
            rows.add(List.of(
                    pipeline.path("pipeline").asString(""),
                    whole(pipeline, "running"),
                    whole(pipeline, "maxConcurrency"),
                    whole(pipeline, "waiting"),
                    whole(pipeline, "queue")));
        }
        return Table.of(rows);
    }

    private static String whole(JsonNode node, String field) {
        return node.has(field) ? Long.toString(node.path(field).asLong(0)) : NONE;
    }

    private static String decimal(JsonNode node, String field) {
        return node.has(field)
                ? String.format(Locale.ROOT, "%.1f", node.path(field).asDouble(0))
                : NONE;
    }
}
