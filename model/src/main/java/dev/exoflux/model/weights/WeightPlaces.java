package dev.exoflux.model.weights;

import dev.exoflux.model.LayerRange;
import dev.exoflux.model.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Where in a model's files the weights of each of its parts lie. Immutable. */
public final class WeightPlaces {

    private final boolean tied;
    private final List<Map<String, ByteRanges>> layers;
    private final Map<String, ByteRanges> embedding;
    private final Map<String, ByteRanges> rest;

    private WeightPlaces(
            boolean tied,
            List<Map<String, ByteRanges>> layers,
            Map<String, ByteRanges> embedding,
            Map<String, ByteRanges> rest) {
        this.tied = tied;
        this.layers = layers;
        this.embedding = embedding;
        this.rest = rest;
    }

    /**
     * Reads the headers of all weight files.
     *
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID where one is missing or damaged
     */
    public static WeightPlaces of(ModelDirectory model) {
        List<Map<String, List<ByteRange>>> layers = new ArrayList<>();
        for (int layer = 0; layer < model.config().layers(); layer++) {
            layers.add(new HashMap<>());
        }
        Map<String, List<ByteRange>> embedding = new HashMap<>();
        Map<String, List<ByteRange>> rest = new HashMap<>();
        try (Checkpoint checkpoint = model.checkpoint()) {
            for (String tensor : checkpoint.names()) {
                OptionalInt layer = TensorNames.layerOf(tensor);
                Map<String, List<ByteRange>> part;
                if (layer.isPresent() && layer.getAsInt() < layers.size()) {
                    part = layers.get(layer.getAsInt());
                } else {
                    part = tensor.startsWith(WeightSizes.EMBEDDING) ? embedding : rest;
                }
                ByteRanges place = checkpoint.place(tensor);
                part.computeIfAbsent(checkpoint.fileName(tensor), file -> new ArrayList<>())
                        .addAll(place.list());
            }
        }
        return new WeightPlaces(
                model.config().tiedEmbeddings(),
                layers.stream().map(WeightPlaces::merged).toList(),
                merged(embedding),
                merged(rest));
    }

    private static Map<String, ByteRanges> merged(Map<String, List<ByteRange>> part) {
        Map<String, ByteRanges> merged = new HashMap<>();
        part.forEach((file, places) -> merged.put(file, ByteRanges.of(places)));
        return Map.copyOf(merged);
    }

    /**
     * The bytes a shard is loaded from, by the name of the file: its layers, the embedding with the first of them, with the last
     * everything that is neither, and the embedding again where it is the head too.
     */
    public Map<String, ByteRanges> of(Shard shard) {
        Map<String, ByteRanges> places = new HashMap<>();
        layers.subList(shard.layers().from(), shard.layers().to()).forEach(layer -> add(places, layer));
        if (shard.first() || (shard.last() && tied)) {
            add(places, embedding);
        }
        if (shard.last()) {
            add(places, rest);
        }
        return places;
    }

    private static void add(Map<String, ByteRanges> places, Map<String, ByteRanges> more) {
        more.forEach((file, ranges) -> places.merge(file, ranges, ByteRanges::plus));
    }

    /** Whether all that a shard is loaded from is here. */
    public boolean holds(ModelInventory inventory, Shard shard) {
        return here(inventory, of(shard));
    }

    /** Decoder layers that are here in full. */
    public List<LayerRange> layers(ModelInventory inventory) {
        List<LayerRange> held = new ArrayList<>();
        for (int layer = 0; layer < layers.size(); layer++) {
            if (!here(inventory, layers.get(layer))) {
                continue;
            }
            boolean goesOn = !held.isEmpty() && held.getLast().to() == layer;
            int from = goesOn ? held.removeLast().from() : layer;
            held.add(new LayerRange(from, layer + 1));
        }
        return held;
    }

    private static boolean here(ModelInventory inventory, Map<String, ByteRanges> places) {
        return places.entrySet().stream()
                .allMatch(place -> inventory.here(place.getKey()).contains(place.getValue()));
    }
}
