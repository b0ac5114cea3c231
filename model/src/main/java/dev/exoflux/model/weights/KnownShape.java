package dev.exoflux.model.weights;

import static dev.exoflux.model.weights.Architecture.LLAMA;
import static dev.exoflux.model.weights.Architecture.MISTRAL;
import static dev.exoflux.model.weights.Architecture.QWEN2;
import static dev.exoflux.model.weights.Architecture.QWEN3;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Sizes of a model, as far as they are needed to build one of random weights.
 *
 * @param ropeFactor of Llama 3's rope scaling, 0 where there is none
 */
record KnownShape(
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

    /** Well-known models, from the configurations their makers published. */
    static final List<KnownShape> ALL = List.of(
            new KnownShape("llama-3.2-1b", LLAMA, 2048, 8192, 16, 32, 8, 64, 128256, 131072, 500_000, true, 32),
            new KnownShape("llama-3.2-3b", LLAMA, 3072, 8192, 28, 24, 8, 128, 128256, 131072, 500_000, true, 32),
            new KnownShape("llama-3.1-8b", LLAMA, 4096, 14336, 32, 32, 8, 128, 128256, 131072, 500_000, false, 8),
            new KnownShape("tinyllama-1.1b", LLAMA, 2048, 5632, 22, 32, 4, 64, 32000, 2048, 10_000, false, 0),
            new KnownShape("mistral-7b", MISTRAL, 4096, 14336, 32, 32, 8, 128, 32000, 32768, 10_000, false, 0),
            new KnownShape("qwen2.5-0.5b", QWEN2, 896, 4864, 24, 14, 2, 64, 151936, 32768, 1_000_000, true, 0),
            new KnownShape("qwen2.5-1.5b", QWEN2, 1536, 8960, 28, 12, 2, 128, 151936, 32768, 1_000_000, true, 0),
            new KnownShape("qwen2.5-7b", QWEN2, 3584, 18944, 28, 28, 4, 128, 152064, 32768, 1_000_000, false, 0),
            new KnownShape("qwen3-0.6b", QWEN3, 1024, 3072, 28, 16, 8, 128, 151936, 40960, 1_000_000, true, 0),
            new KnownShape("qwen3-1.7b", QWEN3, 2048, 6144, 28, 16, 8, 128, 151936, 40960, 1_000_000, true, 0),
            new KnownShape("qwen3-4b", QWEN3, 2560, 9728, 36, 32, 8, 128, 151936, 40960, 1_000_000, true, 0),
            new KnownShape("qwen3-8b", QWEN3, 4096, 12288, 36, 32, 8, 128, 151936, 40960, 1_000_000, false, 0));

    static Optional<KnownShape> named(String id) {
        String lower = id.toLowerCase(Locale.ROOT);
        return ALL.stream().filter(shape -> shape.id.equals(lower)).findFirst();
    }

    static List<String> ids() {
        return ALL.stream().map(KnownShape::id).toList();
    }

    boolean queryBias() {
        return architecture == QWEN2;
    }

    boolean headNorms() {
        return architecture == QWEN3;
    }
}
