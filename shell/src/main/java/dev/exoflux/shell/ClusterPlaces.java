package dev.exoflux.shell;

import dev.exoflux.dsl.definition.PlacedModel;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Where a running cluster has models, or would place them. A server that is alone has all of them itself. */
final class ClusterPlaces implements ModelPlaces {

    private final ServerClient server;
    private final boolean alone;
    private final PeerNames names;
    private final JsonNode placements;

    ClusterPlaces(ServerClient server) {
        this.server = server;
        JsonNode peers = ServerReply.json("{}");
        JsonNode placed = ServerReply.json("[]");
        boolean inCluster = true;
        try {
            peers = server.get("/api/peers");
            placed = server.get("/api/placements");
        } catch (ExofluxException e) {
            if (e.code() != ErrorCode.MODEL_NOT_FOUND) { // as which a 404 is understood
                throw e;
            }
            inCluster = false;
        }
        this.alone = !inCluster;
        this.names = new PeerNames(peers);
        this.placements = placed;
    }

    @Override
    public List<Stage> of(PlacedModel model) {
        if (alone) {
            return List.of(new Stage(server.address().toString(), 0, 0));
        }
        Optional<JsonNode> deployed = placements
                .valueStream()
                .filter(placed -> placed.path("model").asString("").equals(model.model()))
                .filter(placed -> !placed.path("shards").isEmpty())
                .findFirst();
        return deployed.isPresent() && model.equals(PlacedModel.anywhere(model.model()))
                ? held(deployed.get())
                : planned(model);
    }

    private List<Stage> held(JsonNode placed) {
        return placed.path("shards")
                .valueStream()
                .map(shard -> new Stage(
                        names.of(shard.path("peer").asString("")),
                        shard.path("from").asInt(0),
                        shard.path("to").asInt(0)))
                .toList();
    }

    private List<Stage> planned(PlacedModel model) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model.model());
        body.put("strategy", model.strategy().spelling());
        body.put("stages", model.stages());
        body.put("on", model.on());
        body.put("dryRun", true);
        JsonNode plan = server.post("/api/deployments", body);
        boolean pipeline = plan.path("strategy").asString("").equals("pipeline");
        List<Stage> stages = new ArrayList<>();
        int from = 0;
        for (JsonNode id : plan.path("ring")) {
            String peer = id.asString("");
            int layers = plan.path("layers").path(peer).asInt(0);
            stages.add(new Stage(names.of(peer), from, from + layers));
            from += pipeline ? layers : 0; // each of a tensor group has all
        }
        return stages;
    }

    @Override
    public Optional<String> remark() {
        return alone
                ? Optional.of(
                        "The server at %s is in no cluster: it runs everything itself.".formatted(server.address()))
                : Optional.empty();
    }
}
