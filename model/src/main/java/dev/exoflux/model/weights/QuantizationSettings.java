package dev.exoflux.model.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code config.json} says of a checkpoint's quantisation: one way for all layers, and those that differ from it.
 *
 * @param common of every layer that stores scales, empty for a checkpoint that is not quantised
 * @param overrides by layer name, such as {@code model.layers.0.mlp.down_proj}; empty for a layer left unquantised
 */
public record QuantizationSettings(Optional<Quantization> common, Map<String, Optional<Quantization>> overrides) {

    private static final QuantizationSettings NONE = new QuantizationSettings(Optional.empty(), Map.of());

    /** Fields of MLX's object that are settings and not names of layers. */
    private static final Set<String> SETTINGS = Set.of("group_size", "bits", "mode", "quant_method");

    public QuantizationSettings {
        overrides = Map.copyOf(overrides);
    }

    /**
     * How a layer is stored.
     *
     * @param stored whether the checkpoint holds scales for it: what decides, as in mlx-lm, for layers not named in the
     *     configuration
     */
    Optional<Quantization> of(String layer, boolean stored) {
        Optional<Quantization> override = overrides.get(layer);
        if (override != null) {
            return override;
        }
        return stored ? common : Optional.empty();
    }

    /** Reads MLX's {@code quantization}, or {@code quantization_config} where that is written in MLX's manner. */
    static QuantizationSettings read(JsonFields config) {
        Optional<JsonFields> mlx = config.object("quantization");
        if (mlx.isPresent()) {
            return settings(mlx.get());
        }
        Optional<JsonFields> other = config.object("quantization_config");
        if (other.isEmpty()) {
            return NONE;
        }
        if (other.get().has("quant_method")) {
            throw other.get()
                    .unsupported("quant_method", "Maybe there is an unquantised or an MLX version of this model.");
        }
        return settings(other.get());
    }

    private static QuantizationSettings settings(JsonFields fields) {
        if (!fields.has("bits")) {
            throw fields.missing("bits");
        }
        Quantization common = Quantization.read(fields);
        Map<String, Optional<Quantization>> overrides = new LinkedHashMap<>();
        for (String name : fields.names()) {
            if (fields.isObject(name)) {
                overrides.put(name, fields.object(name).map(Quantization::read));
            } else if (fields.isBoolean(name)) {
                overrides.put(name, fields.flag(name, false) ? Optional.of(common) : Optional.empty());
            } else if (!SETTINGS.contains(name) && fields.has(name)) {
                throw fields.wrong(name, "the quantisation of a layer");
            }
        }
        return new QuantizationSettings(Optional.of(common), overrides);
    }
}
