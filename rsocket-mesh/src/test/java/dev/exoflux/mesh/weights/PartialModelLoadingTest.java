package dev.exoflux.mesh.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.LayerRange;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import dev.exoflux.model.weights.ModelRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is computed with a shard that was pulled. */
final class PartialModelLoadingTest {

    private static final String ID = "org/model";
    private static final int ROWS = 7;

    @TempDir
    private Path root;

    /** What the shard makes of some tokens or hidden states. */
    private static float[][] outputs(ModelDirectory model, Shard shard, CpuBackend backend) {
        try (CausalLm lm = Architectures.load(model, shard, backend);
                KvCache cache = lm.newCache(16);
                Ops ops = backend.open()) {
            Tensor in = shard.first()
                    ? lm.embed(ops, new int[] {1, 20, 300, 4, 55, 6, 7})
                    : ops.upload(hidden(lm.hiddenSize()), lm.hiddenSize());
            Tensor out = lm.layers(ops, in, new Positions(List.of(new Positions.Run(cache, 0, ROWS))));
            Tensor last = shard.last() ? lm.logits(ops, out) : out;
            float[][] rows = new float[last.rows()][last.width()];
            for (int row = 0; row < rows.length; row++) {
                ops.read(last, row, rows[row]);
            }
            return rows;
        }
    }

    private static float[] hidden(int width) {
        Random random = new Random(1);
        float[] hidden = new float[ROWS * width];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = (float) random.nextGaussian();
        }
        return hidden;
    }

    @Test
    void aPulledShardComputesTheSameBitsAndTheRestIsRefused() throws IOException {
        ModelDirectory whole = new ModelRepository(root.resolve("source"), root).resolve("exoflux/tiny");
        int layers = whole.config().layers();
        try (WeightPeer holder = new WeightPeer(root.resolve("holder")).with(ID, whole.path());
                CpuBackend backend = CpuBackends.create(1, CpuBackends.Choice.VECTOR)) {
            for (LayerRange range :
                    List.of(new LayerRange(0, 2), new LayerRange(2, 4), new LayerRange(layers - 1, layers))) {
                Shard shard = new Shard(range, layers);
                Path home = root.resolve("puller" + range.from());
                try (WeightPeer puller = new WeightPeer(home)) {
                    ModelDirectory part = puller.pull(ID, shard, holder.address());

                    assertThat(outputs(part, shard, backend)).isDeepEqualTo(outputs(whole, shard, backend));
                    for (int layer = 0; layer < layers; layer++) {
                        Shard other = new Shard(new LayerRange(layer, layer + 1), layers);
                        boolean here = range.from() <= layer && layer < range.to();
                        if (!here) {
                            assertRefused(part, other, backend);
                        }
                    }
                    assertRefused(part, Shard.whole(layers), backend);
                }
            }
            assertThat(backend.residentBytes()).isZero();
        }
    }

    private static void assertRefused(ModelDirectory model, Shard shard, CpuBackend backend) {
        assertThatExceptionOfType(ExofluxException.class)
                .isThrownBy(() -> Architectures.load(model, shard, backend))
                .withMessageContaining("only a part")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID));
    }
}
