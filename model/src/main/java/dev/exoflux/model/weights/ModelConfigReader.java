package dev.exoflux.model.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads {@code config.json}; the defaults are those of transformers' configuration classes. */
final class ModelConfigReader {

    private static final long MAX_BYTES = 16 << 20;

    /** Bounds that no real model comes near and under which no product of two sizes overflows an int. */
    private static final int MAX_WIDTH = 1 << 24;

    private static final int MAX_HEADS = 1 << 12;
    private static final int MAX_HEAD_DIM = 1 << 12;
    private static final int MAX_LAYERS = 1 << 12;

    private final JsonFields config;
    private final Architecture architecture;

    private ModelConfigReader(JsonFields config) {
        this.config = config;
        this.architecture = architecture(config);
    }

    static ModelConfig read(Path file) {
        return new ModelConfigReader(JsonFields.read(file, MAX_BYTES)).read();
    }

    private ModelConfig read() {
        checkActivation();
        int layers = config.count("num_hidden_layers", MAX_LAYERS);
        int heads = config.count("num_attention_heads", MAX_HEADS);
        List<Integer> bos = config.ids("bos_token_id");
        return new ModelConfig(
                architecture,
                config.count("hidden_size", MAX_WIDTH),
                config.count("intermediate_size", MAX_WIDTH),
                layers,
                heads,
                kvHeads(heads),
                headDim(heads),
                (float) config.number("rms_norm_eps", 0, 1e-6),
                config.count("vocab_size", MAX_WIDTH),
                config.count("max_position_embeddings", Integer.MAX_VALUE),
                config.flag("tie_word_embeddings", false),
                config.flag("attention_bias", false),
                config.flag("mlp_bias", false),
                SlidingWindows.read(architecture, config, layers),
                RopeSettings.read(config),
                config.ids("eos_token_id"),
                bos.isEmpty() ? OptionalInt.empty() : OptionalInt.of(bos.getFirst()),
                QuantizationSettings.read(config),
                config.text("dtype").or(() -> config.text("torch_dtype")).orElse(""));
    }

    private static Architecture architecture(JsonFields config) {
        List<String> classes = config.texts("architectures");
        Optional<String> modelType = config.text("model_type");
        if (modelType.isEmpty() && classes.isEmpty()) {
            throw config.missing("model_type");
        }
        String advice = "Known architectures are " + Architecture.known() + ".";
        Architecture architecture = modelType
                .map(type -> Architecture.ofModelType(type).orElseThrow(() -> config.unsupported("model_type", advice)))
                .or(() -> Architecture.ofClassName(classes.getFirst()))
                .orElseThrow(() -> config.unsupported("architectures", advice));
        if (!classes.isEmpty() && !classes.contains(architecture.className())) {
            throw config.unsupported(
                    "architectures",
                    "Of " + architecture.modelType() + " models only " + architecture.className() + " can be run.");
        }
        return architecture;
    }

    private void checkActivation() {
        if (!config.text("hidden_act").orElse("silu").equals("silu")) {
            throw config.unsupported("hidden_act", "These architectures are run with silu only.");
        }
    }

    private int kvHeads(int heads) {
        int kvHeads = config.count("num_key_value_heads", MAX_HEADS, heads);
        if (heads % kvHeads != 0) {
            throw config.wrong("num_key_value_heads", "a divisor of the " + heads + " attention heads");
        }
        return kvHeads;
    }

    private int headDim(int heads) {
        if (config.has("head_dim")) {
            int headDim = config.count("head_dim", MAX_HEAD_DIM);
            if (headDim % 2 != 0) {
                throw config.wrong("head_dim", "an even number");
            }
            return headDim;
        }
        if (architecture == Architecture.QWEN3) {
            return 128;
        }
        int hiddenSize = config.count("hidden_size", MAX_WIDTH);
        if (hiddenSize % (2 * heads) != 0 || hiddenSize / heads > MAX_HEAD_DIM) {
            throw config.wrong("hidden_size", "an even number of elements for each of the " + heads + " heads");
        }
        return hiddenSize / heads;
    }
}
