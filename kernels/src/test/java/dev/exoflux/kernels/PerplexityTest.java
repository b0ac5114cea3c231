package dev.exoflux.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.CausalLm;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.text.Tokenizer;
import dev.exoflux.model.weights.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rounding activations to 8 bits, and keys and values to bf16 or 8 bits, costs on text that the built-in model has never seen. */
final class PerplexityTest {

    private static final int WINDOW = 512;

    @TempDir
    Path directory;

    @Test
    void roundingCostsLessThanOnePercentAndTheCacheLessThanATenthOfThat() throws IOException {
        Path model = Path.of(
                System.getProperty("exoflux.test.model", "../model/src/main/resources/dev/exoflux/model/builtin/tiny"));
        String text = Files.readString(Path.of("../tools/builtin-model/heldback.txt"));
        double exact = perplexity(model, text, Activations.EXACT, KvType.F32);
        double rounded = perplexity(model, text, Activations.ROUNDED, KvType.F32);
        double halved = perplexity(model, text, Activations.EXACT, KvType.BF16);
        double quartered = perplexity(model, text, Activations.EXACT, KvType.INT8);
        System.out.printf(
                "perplexity %.4f in f32, %.4f with activations of 8 bits, %.4f with a cache in bf16, %.4f in int8%n",
                exact, rounded, halved, quartered);
        assertThat(rounded / exact).isBetween(0.99, 1.01);
        assertThat(halved / exact).isBetween(0.999, 1.001);
        assertThat(quartered / exact).isBetween(0.999, 1.001);
        assertThat(exact).isBetween(1.0, 10.0); // and of a model that has learnt something
    }

    private double perplexity(Path directory, String text, Activations activations, KvType cache) {
        ModelDirectory model = ModelDirectory.open("model", directory);
        CpuSettings settings = new CpuSettings(2, CpuBackends.Choice.VECTOR, activations, cache, null);
        try (CpuBackend backend = CpuBackends.create(settings);
                Tokenizer tokenizer = Tokenizer.load(model.tokenizer(), this.directory);
                CausalLm lm =
                        Architectures.load(model, Shard.whole(model.config().layers()), backend)) {
            int[] ids = tokenizer.encode(text, false);
            double loss = 0;
            for (int from = 0; from < ids.length - 1; from += WINDOW) {
                loss += loss(lm, backend, Arrays.copyOfRange(ids, from, Math.min(ids.length, from + WINDOW + 1)));
            }
            return Math.exp(loss / (ids.length - 1));
        }
    }

    /** Sum over the window's tokens but the first, of minus the logarithm of their probability after those before. */
    private static double loss(CausalLm lm, CpuBackend backend, int[] ids) {
        double loss = 0;
        float[] logits = new float[lm.vocabularySize()];
        int[] inputs = Arrays.copyOf(ids, ids.length - 1);
        try (KvCache kv = lm.newCache(inputs.length);
                Ops ops = backend.open()) {
            Positions at = new Positions(List.of(new Positions.Run(kv, 0, inputs.length)));
            Tensor rows = lm.logits(ops, lm.layers(ops, lm.embed(ops, inputs), at));
            for (int i = 0; i < inputs.length; i++) {
                ops.read(rows, i, logits);
                double sum = 0;
                for (float logit : logits) {
                    sum += Math.exp(logit);
                }
                loss += Math.log(sum) - logits[ids[i + 1]];
            }
        }
        return loss;
    }
}
