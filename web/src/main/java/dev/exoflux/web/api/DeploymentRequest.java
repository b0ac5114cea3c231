package dev.exoflux.web.api;

import dev.exoflux.mesh.cluster.Deployment;
import dev.exoflux.pipeline.placement.Strategy;
import dev.exoflux.web.http.Fields;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of {@code POST /api/deployments}.
 *
 * @param dryRun only to say where it would go
 */
record DeploymentRequest(Deployment deployment, boolean dryRun) {

    static DeploymentRequest read(Fields fields) {
        return new DeploymentRequest(
                new Deployment(
                        fields.requiredText("model"),
                        strategy(fields),
                        count(fields, "stages"),
                        count(fields, "minPeers"),
                        words(fields, "peers"),
                        count(fields, "context"),
                        count(fields, "concurrency"),
                        words(fields, "on")),
                fields.flag("dryRun", false));
    }

    private static Strategy strategy(Fields fields) {
        String spelling = fields.text("strategy");
        return spelling == null
                ? Strategy.AUTO
                : Arrays.stream(Strategy.values())
                        .filter(strategy -> strategy.spelling().equals(spelling))
                        .findFirst()
                        .orElseThrow(() -> fields.wrong(
                                "strategy",
                                Objects.requireNonNull(fields.value("strategy")),
                                "it must be pipeline, tensor or auto"));
    }

    private static List<String> words(Fields fields, String name) {
        JsonNode given = fields.value(name);
        return given == null ? List.of() : fields.texts(name, given);
    }

    private static int count(Fields fields, String name) {
        @Nullable Integer given = fields.integer(name, 0, Integer.MAX_VALUE);
        return given == null ? 0 : given;
    }
}
