package dev.exoflux.model.weights;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Counts what the headers of a checkpoint tell: parameters, bytes a layer, the types they are stored in. */
final class ModelCensus {

    private final ModelConfig config;
    private final Checkpoint checkpoint;
    private final Map<Integer, Long> layerBytes = new HashMap<>();
    private final Map<StoredType, Long> typeBytes = new EnumMap<>(StoredType.class);
    private final Map<String, Long> packingBytes = new HashMap<>();
    private long parameters;

    private ModelCensus(ModelConfig config, Checkpoint checkpoint) {
        this.config = config;
        this.checkpoint = checkpoint;
    }

    static ModelCard take(String id, ModelConfig config, Checkpoint checkpoint) {
        ModelCensus census = new ModelCensus(config, checkpoint);
        checkpoint.names().forEach(census::count);
        return new ModelCard(
                id,
                config.architecture().modelType(),
                census.parameters,
                checkpoint.bytesOnDisk(),
                census.quantization(),
                config.contextLength(),
                config.layers(),
                census.layerBytes.values().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0));
    }

    private void count(String name) {
        SafetensorsHeader.Entry entry = checkpoint.entry(name);
        long bytes = entry.to() - entry.from();
        TensorNames.layerOf(name).ifPresent(layer -> layerBytes.merge(layer, bytes, Long::sum));
        if (isPartOfPacking(name)) {
            return;
        }
        Optional<Quantization> packing = packingOf(name);
        long bits = packing.map(p -> (long) p.bits()).orElse((long) entry.type().bits());
        parameters += bytes * Byte.SIZE / bits;
        packing.ifPresentOrElse(
                p -> packingBytes.merge(p.label(), bytes, Long::sum),
                () -> typeBytes.merge(entry.type(), bytes, Long::sum));
    }

    private boolean isPartOfPacking(String name) {
        int dot = name.lastIndexOf('.');
        String field = name.substring(dot + 1);
        boolean named = field.equals("scales") || field.equals("biases");
        return named && checkpoint.has(name.substring(0, dot + 1) + "scales");
    }

    private Optional<Quantization> packingOf(String name) {
        if (!name.endsWith(".weight")) {
            return Optional.empty();
        }
        String layer = name.substring(0, name.length() - ".weight".length());
        return config.quantization().of(layer, checkpoint.has(layer + ".scales"));
    }

    /** What most of the weights are stored in, and whether there is more than that. */
    private String quantization() {
        if (packingBytes.isEmpty()) {
            return most(typeBytes).map(ModelCensus::label).orElse("");
        }
        return most(packingBytes).orElseThrow() + (packingBytes.size() > 1 ? ", mixed" : "");
    }

    private static <T> Optional<T> most(Map<T, Long> bytes) {
        return bytes.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    private static String label(StoredType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
