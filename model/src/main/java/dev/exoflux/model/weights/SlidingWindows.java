package dev.exoflux.model.weights;

import dev.exoflux.model.AttentionShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** How far back each layer looks, from the fields and the defaults that transformers gives each architecture. */
final class SlidingWindows {

    private static final String SLIDING = "sliding_attention";
    private static final String FULL = "full_attention";
    private static final int DEFAULT_WINDOW = 4096;
    private static final int DEFAULT_WINDOW_FROM = 28;

    private SlidingWindows() {}

    /** The window of each layer, {@link AttentionShape#FULL} where it has none. */
    static List<Integer> read(Architecture architecture, JsonFields config, int layers) {
        return switch (architecture) {
            case LLAMA -> Collections.nCopies(layers, AttentionShape.FULL);
            case MISTRAL -> Collections.nCopies(layers, window(config).orElse(AttentionShape.FULL));
            case QWEN2, QWEN3 -> ofLayerTypes(config, layers);
        };
    }

    private static Optional<Integer> window(JsonFields config) {
        return config.isNull("sliding_window")
                ? Optional.empty()
                : Optional.of(config.count("sliding_window", Integer.MAX_VALUE, DEFAULT_WINDOW));
    }

    private static List<Integer> ofLayerTypes(JsonFields config, int layers) {
        Optional<Integer> window = config.flag("use_sliding_window", false) ? window(config) : Optional.empty();
        List<String> types =
                config.has("layer_types") ? config.texts("layer_types") : defaultTypes(config, window, layers);
        if (types.size() != layers) {
            throw config.wrong("layer_types", "one type for each of the " + layers + " layers");
        }
        List<Integer> windows = new ArrayList<>();
        for (String type : types) {
            windows.add(
                    switch (type) {
                        case FULL -> AttentionShape.FULL;
                        case SLIDING ->
                            window.orElseThrow(() -> config.wrong(
                                    "layer_types", "without " + SLIDING + ", though the model has no sliding window"));
                        default ->
                            throw config.unsupported(
                                    "layer_types", "Known types are " + FULL + " and " + SLIDING + ".");
                    });
        }
        return List.copyOf(windows);
    }

    private static List<String> defaultTypes(JsonFields config, Optional<Integer> window, int layers) {
        int full =
                config.has("max_window_layers") ? (int) config.number("max_window_layers", 0, 0) : DEFAULT_WINDOW_FROM;
        List<String> types = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            types.add(window.isPresent() && layer >= full ? SLIDING : FULL);
        }
        return types;
    }
}
