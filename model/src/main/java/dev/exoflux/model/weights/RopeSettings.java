package dev.exoflux.model.weights;

import java.util.Optional;

/** How a checkpoint wants positions rotated; what each kind means is {@link RopeFrequencies}' business. */
public sealed interface RopeSettings {

    /** Base of the frequencies. */
    double theta();

    /** Su et al. 2021 as they wrote it. */
    record Plain(double theta) implements RopeSettings {}

    /** Positions divided by {@code factor} (Chen et al. 2023). */
    record Linear(double theta, double factor) implements RopeSettings {}

    /** Llama 3's: low frequencies divided by {@code factor}, high ones kept, those between blended. */
    record Llama3(
            double theta, double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext)
            implements RopeSettings {}

    /**
     * Reads the older form ({@code rope_theta} and {@code rope_scaling}) or the newer one ({@code rope_parameters}).
     */
    static RopeSettings read(JsonFields config) {
        Optional<JsonFields> parameters = config.object("rope_parameters");
        parameters.ifPresent(RopeSettings::refuseLayerTypes);
        refusePartialRotation(config);
        double common = config.has("rope_theta") ? config.positive("rope_theta") : 10_000;
        double theta = parameters
                .filter(p -> p.has("rope_theta"))
                .map(p -> p.positive("rope_theta"))
                .orElse(common);
        JsonFields scaling = parameters.or(() -> config.object("rope_scaling")).orElse(null);
        return scaling == null ? new Plain(theta) : scaled(theta, scaling);
    }

    private static RopeSettings scaled(double theta, JsonFields scaling) {
        String key = scaling.has("rope_type") ? "rope_type" : "type";
        refusePartialRotation(scaling);
        String type = scaling.text(key).orElse("default");
        return switch (type) {
            case "default" -> new Plain(theta);
            case "linear" -> new Linear(theta, scaling.positive("factor"));
            case "llama3" -> llama3(theta, scaling);
            default -> throw scaling.unsupported(key, "Known kinds of rope are default, linear, llama3.");
        };
    }

    private static Llama3 llama3(double theta, JsonFields scaling) {
        Llama3 llama3 = new Llama3(
                theta,
                scaling.positive("factor"),
                scaling.positive("low_freq_factor"),
                scaling.positive("high_freq_factor"),
                scaling.count("original_max_position_embeddings", Integer.MAX_VALUE));
        if (llama3.highFrequencyFactor <= llama3.lowFrequencyFactor) {
            throw scaling.wrong("high_freq_factor", "more than low_freq_factor");
        }
        return llama3;
    }

    private static void refusePartialRotation(JsonFields fields) {
        if (fields.number("partial_rotary_factor", 0, 1) != 1) {
            throw fields.unsupported("partial_rotary_factor", "These architectures rotate whole heads.");
        }
    }

    private static void refuseLayerTypes(JsonFields parameters) {
        for (String name : parameters.names()) {
            if (parameters.isObject(name)) {
                throw parameters.unsupported(name, "Rope settings for single layer types are not read.");
            }
        }
    }
}
