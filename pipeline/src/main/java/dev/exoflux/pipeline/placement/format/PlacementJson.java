package dev.exoflux.pipeline.placement.format;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.TensorGroup;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Placements, and why there is none, as JSON. */
public final class PlacementJson {

    private static final JsonMapper MAPPER = new JsonMapper();

    private PlacementJson() {}

    /**
     * {@code {"strategy","ring","layers","memoryBytes","tokensPerSecond","why"}}, and for a tensor group {@code
     * "worldSize","collective","deviceMatrix","coordinatorSeenBy"}.
     */
    public static String of(Placement placement) {
        Map<String, Object> layers = new LinkedHashMap<>();
        Map<String, Object> memory = new LinkedHashMap<>();
        for (Placement.Assignment shard : placement.shards()) {
            layers.put(shard.peer(), shard.layers().size());
            memory.put(shard.peer(), shard.memoryBytes());
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("strategy", placement.strategy().spelling());
        fields.put("ring", placement.ring());
        fields.put("layers", layers);
        fields.put("memoryBytes", memory);
        fields.put("tokensPerSecond", placement.tokensPerSecond());
        placement.group().ifPresent(group -> add(fields, group));
        fields.put("why", placement.why());
        return MAPPER.writeValueAsString(fields);
    }

    private static void add(Map<String, Object> fields, TensorGroup group) {
        fields.put("worldSize", group.worldSize());
        fields.put("collective", group.collective().spelling());
        if (!group.deviceMatrix().isEmpty()) {
            fields.put("deviceMatrix", group.deviceMatrix());
        }
        fields.put("coordinatorSeenBy", group.coordinatorSeenBy());
    }

    /** {@code {"error":{"code","message"}}}. */
    public static String of(ExofluxException failure) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", failure.code().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        error.put("message", failure.getMessage());
        return MAPPER.writeValueAsString(Map.of("error", error));
    }
}
