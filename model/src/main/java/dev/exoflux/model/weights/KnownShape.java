package dev.exoflux.model.weights;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sizes of well-known models, from the configurations their makers published; enough to build one of random weights. */
enum KnownShape {
    LLAMA_3_2_1B("llama-3.2-1b", Architecture.LLAMA, 2048, 8192, 16, 32, 8, 64, 128256, 131072, 500_000, true, 32),
    LLAMA_3_2_3B("llama-3.2-3b", Architecture.LLAMA, 3072, 8192, 28, 24, 8, 128, 128256, 131072, 500_000, true, 32),
    LLAMA_3_1_8B("llama-3.1-8b", Architecture.LLAMA, 4096, 14336, 32, 32, 8, 128, 128256, 131072, 500_000, false, 8),
    TINYLLAMA_1_1B("tinyllama-1.1b", Architecture.LLAMA, 2048, 5632, 22, 32, 4, 64, 32000, 2048, 10_000, false, 0),
    MISTRAL_7B("mistral-7b", Architecture.MISTRAL, 4096, 14336, 32, 32, 8, 128, 32000, 32768, 10_000, false, 0),
    QWEN2_5_0_5B("qwen2.5-0.5b", Architecture.QWEN2, 896, 4864, 24, 14, 2, 64, 151936, 32768, 1_000_000, true, 0),
    QWEN2_5_1_5B("qwen2.5-1.5b", Architecture.QWEN2, 1536, 8960, 28, 12, 2, 128, 151936, 32768, 1_000_000, true, 0),
    QWEN2_5_7B("qwen2.5-7b", Architecture.QWEN2, 3584, 18944, 28, 28, 4, 128, 152064, 32768, 1_000_000, false, 0),
    QWEN3_0_6B("qwen3-0.6b", Architecture.QWEN3, 1024, 3072, 28, 16, 8, 128, 151936, 40960, 1_000_000, true, 0),
    QWEN3_1_7B("qwen3-1.7b", Architecture.QWEN3, 2048, 6144, 28, 16, 8, 128, 151936, 40960, 1_000_000, true, 0),
    QWEN3_4B("qwen3-4b", Architecture.QWEN3, 2560, 9728, 36, 32, 8, 128, 151936, 40960, 1_000_000, true, 0),
    QWEN3_8B("qwen3-8b", Architecture.QWEN3, 4096, 12288, 36, 32, 8, 128, 151936, 40960, 1_000_000, false, 0);

    final String id;
    final Architecture architecture;
    final int hidden;
    final int intermediate;
    final int layers;
    final int heads;
    final int kvHeads;
    final int headDim;
    final int vocabulary;
    final int context;
    final double ropeTheta;
    final boolean tied;

    /** Factor of Llama 3's rope scaling, 0 where there is none. */
    final int ropeFactor;

    KnownShape(
            String id,
            Architecture architecture,
            int hidden,
            int intermediate,
            int layers,
            int heads,
            int kvHeads,
            int headDim,
            int vocabulary,
            int context,
            double ropeTheta,
            boolean tied,
            int ropeFactor) {
        this.id = id;
        this.architecture = architecture;
        this.hidden = hidden;
        this.intermediate = intermediate;
        this.layers = layers;
        this.heads = heads;
        this.kvHeads = kvHeads;
        this.headDim = headDim;
        this.vocabulary = vocabulary;
        this.context = context;
        this.ropeTheta = ropeTheta;
        this.tied = tied;
        this.ropeFactor = ropeFactor;
    }

    static Optional<KnownShape> named(String id) {
        String lower = id.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(shape -> shape.id.equals(lower)).findFirst();
    }

    static List<String> ids() {
        return Arrays.stream(values()).map(shape -> shape.id).toList();
    }

    boolean queryBias() {
        return architecture == Architecture.QWEN2;
    }

    boolean headNorms() {
        return architecture == Architecture.QWEN3;
    }
}
