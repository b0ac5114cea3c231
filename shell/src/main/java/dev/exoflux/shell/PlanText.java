package dev.exoflux.shell;

import dev.exoflux.pipeline.placement.format.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What a server answers to a dry run, for people. */
final class PlanText {

    private PlanText() {}

    /** A table of peers in order, what a token takes, and why; ends with a new line. */
    static String of(JsonNode plan, PeerNames names) {
        boolean pipeline = plan.path("strategy").asString("").equals("pipeline");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PEER", "LAYERS", "", "MEMORY"));
        int from = 0;
        for (JsonNode id : plan.path("ring")) {
            String peer = id.asString("");
            int layers = plan.path("layers").path(peer).asInt(0);
            rows.add(List.of(
                    names.of(peer),
                    Integer.toString(layers),
                    "[%d, %d)".formatted(from, from + layers),
                    Sizes.memory(plan.path("memoryBytes").path(peer).asDouble(0))));
            from += pipeline ? layers : 0; // each of a tensor group has all
        }
        double speed = plan.path("tokensPerSecond").asDouble(0);
        StringBuilder text = new StringBuilder(Table.of(rows))
                .append(String.format(
                        Locale.ROOT,
                        speed >= 100
                                ? "%n%s, about %.0f tokens/s for one sequence%n"
                                : "%n%s, about %.1f tokens/s for one sequence%n",
                        plan.path("strategy").asString(""),
                        speed));
        if (plan.has("worldSize")) {
            text.append("%d ranks over %s%n"
                    .formatted(
                            plan.path("worldSize").asInt(0),
                            plan.path("collective").asString("")));
        }
        for (JsonNode reason : plan.path("why")) {
            text.append("- %s%n".formatted(names.in(reason.asString(""))));
        }
        return text.toString();
    }
}
