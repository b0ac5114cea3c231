package dev.exoflux.pipeline.placement.format;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.placement.CollectiveKind;
import dev.exoflux.pipeline.placement.Constraints;
import dev.exoflux.pipeline.placement.HeldModel;
import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.LayerFootprint;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.ModelFootprint;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Planner;
import dev.exoflux.pipeline.placement.Strategy;
import dev.exoflux.pipeline.placement.Topology;
import dev.exoflux.pipeline.placement.catalog.ModelCatalog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A question to the planner as a file: {@code {"peers":[..],"links":[..],"model":{..},"constraints":{..}}}, in bytes,
 * microseconds and bytes per second; {@code docs/placement.md} lists the fields. A link's address is its sink's.
 *
 * @param remarks fields that mean nothing here, for the user: they may be mistyped
 */
public record PlanFile(ModelFootprint model, Topology topology, Constraints constraints, List<String> remarks) {

    private static final long MOST_BYTES = 1L << 60;
    private static final long MOST_LAYER_BYTES = 1L << 48;
    private static final int MOST_LAYERS = 4096;
    private static final int MOST = 1 << 30;

    /** Fields of a scenario that tell people something. */
    private static final Set<String> TOLD = Set.of("name", "why", "note", "expect");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    public PlanFile {
        remarks = List.copyOf(remarks);
    }

    /**
     * Reads a plan file.
     *
     * @param text JSON
     * @throws ExofluxException INVALID_REQUEST that names the field at fault; MODEL_NOT_FOUND for a model by an unknown name
     */
    public static PlanFile parse(String text) {
        JsonNode root;
        try {
            root = MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw PlanFields.invalid(
                    "the file", "The plan file is not well-formed JSON: " + e.getOriginalMessage() + ".");
        }
        List<PlanFields> seen = new ArrayList<>();
        PlanFields fields = PlanFields.root(root);
        TOLD.forEach(fields::has);
        seen.add(fields);
        ModelFootprint model = model(fields, seen);
        Topology topology = topology(fields, model.id(), seen);
        Constraints constraints = constraints(fields.object("constraints"), seen);
        List<String> remarks = seen.stream()
                .flatMap(object -> object.unread().stream())
                .map(field -> field + " means nothing here and is ignored.")
                .toList();
        return new PlanFile(model, topology, constraints, remarks);
    }

    /** What the planner answers. */
    public Placement plan() {
        return Planner.plan(model, topology, constraints);
    }

    private static ModelFootprint model(PlanFields file, List<PlanFields> seen) {
        if (file.isText("model")) {
            return ModelCatalog.find(file.text("model")).footprint(ModelCatalog.USUAL_BITS);
        }
        if (!file.has("model")) {
            throw file.missing("model");
        }
        PlanFields fields = file.object("model");
        seen.add(fields);
        if (!fields.has("layers") && fields.has("name")) {
            int bits = (int) fields.whole("bits", ModelCatalog.USUAL_BITS, 2, 32);
            return ModelCatalog.find(fields.text("name")).footprint(bits);
        }
        long bytes = fields.whole("bytesPerLayer", 1, MOST_LAYER_BYTES);
        LayerFootprint layer = new LayerFootprint(
                bytes,
                fields.whole("activeBytesPerLayer", bytes, 0, bytes),
                fields.whole("kvBytesPerTokenPerLayer", 0, 0, MOST_LAYER_BYTES));
        int heads = count(fields, "heads", 1);
        return new ModelFootprint(
                fields.text("name", fields.text("id", "the model")),
                ModelFootprint.alike((int) fields.whole("layers", 1, MOST_LAYERS), layer),
                fields.whole("embeddingBytes", 0, 0, MOST_LAYER_BYTES),
                fields.whole("headBytes", 0, 0, MOST_LAYER_BYTES),
                fields.flag("tiedEmbeddings"),
                (int) fields.whole("hidden", 1, MOST),
                heads,
                count(fields, "kvHeads", heads),
                count(fields, "mlpWidth", heads));
    }

    private static int count(PlanFields fields, String name, int otherwise) {
        return (int) fields.whole(name, otherwise, 1, MOST);
    }

    private static Topology topology(PlanFields file, String model, List<PlanFields> seen) {
        if (!file.has("peers")) {
            throw file.missing("peers");
        }
        List<PeerInfo> peers = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (PlanFields fields : file.objects("peers")) {
            PeerInfo peer = peer(fields, model);
            if (!ids.add(peer.id())) {
                throw PlanFields.invalid("peers", "Two peers have the id %s.".formatted(peer.id()));
            }
            peers.add(peer);
            seen.add(fields);
        }
        List<Link> links = new ArrayList<>();
        for (PlanFields fields : file.objects("links")) {
            links.add(link(fields, ids));
            seen.add(fields);
        }
        return new Topology("", "", peers, links);
    }

    private static PeerInfo peer(PlanFields fields, String model) {
        String id = fields.text("id");
        List<HeldModel> models = new ArrayList<>();
        if (fields.flag("hasModel")) {
            models.add(HeldModel.complete(model, 0));
        }
        fields.texts("models").forEach(held -> models.add(HeldModel.complete(held, 0)));
        List<HeldShard> shards =
                fields.objects("shards").stream().map(shard -> shard(shard)).toList();
        long free = fields.whole("memoryFreeBytes", 0, MOST_BYTES);
        return PeerInfo.builder(id)
                .name(fields.text("name", id))
                .host(fields.text("host", ""))
                .httpPort((int) fields.whole("httpPort", 0, 0, 65535))
                .meshPort((int) fields.whole("meshPort", 0, 0, 65535))
                .device(fields.text("device", ""))
                .cores((int) fields.whole("cores", 0, 0, MOST))
                .backends(fields.texts("backends"))
                .backend(fields.text("backend", ""))
                .memoryFreeBytes(free)
                .memoryTotalBytes(fields.whole("memoryTotalBytes", free, 0, MOST_BYTES))
                .weightBytesPerSecond(fields.number("weightBytesPerSecond", 0))
                .gflops(fields.number("gflops", 0))
                .diskFreeBytes(fields.whole("diskFreeBytes", 0, 0, MOST_BYTES))
                .rdmaEnabled(fields.flag("rdmaEnabled"))
                .models(models)
                .shards(shards)
                .build();
    }

    private static HeldShard shard(PlanFields fields) {
        int from = (int) fields.whole("from", 0, MOST_LAYERS);
        return HeldShard.ready(fields.text("model"), new LayerRange(from, (int) fields.whole("to", from, MOST_LAYERS)));
    }

    private static Link link(PlanFields fields, Set<String> ids) {
        String from = end(fields, "from", ids);
        String to = end(fields, "to", ids);
        if (from.equals(to)) {
            throw fields.wrong("to", "another peer than from");
        }
        String device = fields.text("device", fields.text("rdmaDevice", ""));
        return new Link(
                from,
                to,
                fields.choice("kind", Link.Kind.UNKNOWN, "one of " + kinds(), Link.Kind::of),
                fields.text("address", ""),
                fields.number("roundTripMicros", 0),
                fields.number("bytesPerSecond", 0),
                device.isEmpty() ? null : device);
    }

    private static String end(PlanFields fields, String name, Set<String> ids) {
        String id = fields.text(name);
        if (!ids.contains(id)) {
            throw fields.wrong(name, "the id of a peer");
        }
        return id;
    }

    private static String kinds() {
        return String.join(
                ", ", Arrays.stream(Link.Kind.values()).map(Link.Kind::spelling).toList());
    }

    private static Constraints constraints(PlanFields fields, List<PlanFields> seen) {
        seen.add(fields);
        return Constraints.builder()
                .strategy(fields.choice(
                        "strategy",
                        Strategy.PIPELINE,
                        spellings(Strategy.values()),
                        text -> spelled(Strategy.values(), text)))
                .stages((int) fields.whole("stages", 0, 0, MOST))
                .minPeers((int) fields.whole("minPeers", 0, 0, MOST))
                .peers(fields.texts("peers").stream().distinct().toList())
                .excludedPeers(Set.copyOf(new HashSet<>(fields.texts("excludedPeers"))))
                .avoidedLinks(fields.objects("avoidedLinks").stream()
                        .map(link -> new Constraints.Ends(link.text("from"), link.text("to")))
                        .toList())
                .context((int) fields.whole("context", 0, 0, MOST))
                .concurrency((int) fields.whole("concurrency", 1, 1, MOST))
                .collective(fields.choice(
                        "collective",
                        CollectiveKind.AUTO,
                        spellings(CollectiveKind.values()),
                        text -> spelled(CollectiveKind.values(), text)))
                .backend(fields.text("backend", ""))
                .rank0(fields.text("rank0", ""))
                .coordinatorPort((int) fields.whole("coordinatorPort", Constraints.COORDINATOR_PORT, 1, 65535))
                .build();
    }

    private static String spellings(Enum<?>[] values) {
        return "one of "
                + String.join(
                        ", ",
                        Arrays.stream(values)
                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                .toList());
    }

    private static <T extends Enum<T>> Optional<T> spelled(T[] values, String text) {
        return Arrays.stream(values)
                .filter(value -> value.name().equalsIgnoreCase(text))
                .findFirst();
    }
}
