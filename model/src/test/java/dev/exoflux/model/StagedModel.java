package dev.exoflux.model;

import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import java.util.ArrayList;
import java.util.List;

/**
 * A model cut into shards that run one after another in the calling thread, with one sequence: the plainest pipeline.
 * Between shards the hidden states travel as numbers, as they do between peers.
 */
public final class StagedModel implements AutoCloseable {

    private final Backend backend;
    private final List<CausalLm> shards = new ArrayList<>();
    private final List<KvCache> caches = new ArrayList<>();
    private int position;

    /** Loads all shards; the caller closes this, and then the backend. */
    public StagedModel(ModelDirectory directory, Backend backend, int stages) {
        this.backend = backend;
        int layers = directory.config().layers();
        for (int stage = 0; stage < stages; stage++) {
            LayerRange range = new LayerRange(layers * stage / stages, layers * (stage + 1) / stages);
            CausalLm shard = Architectures.load(directory, new Shard(range, layers), backend);
            shards.add(shard);
            caches.add(shard.newCache(directory.config().contextLength()));
        }
    }

    /** Appends tokens to the sequence, at most {@code chunk} in a pass, and returns the logits of each. */
    public float[][] append(int[] ids, int chunk) {
        float[][] logits = new float[ids.length][];
        for (int from = 0; from < ids.length; from += chunk) {
            int count = Math.min(chunk, ids.length - from);
            int[] part = new int[count];
            System.arraycopy(ids, from, part, 0, count);
            System.arraycopy(pass(part), 0, logits, from, count);
        }
        return logits;
    }

    private float[][] pass(int[] ids) {
        float[][] values = null;
        for (int stage = 0; stage < shards.size(); stage++) {
            CausalLm shard = shards.get(stage);
            KvCache cache = caches.get(stage);
            Positions at = new Positions(List.of(new Positions.Run(cache, position, ids.length)));
            try (Ops ops = backend.open()) {
                Tensor in = values == null ? shard.embed(ops, ids) : ops.upload(flat(values), shard.hiddenSize());
                Tensor out = shard.layers(ops, in, at);
                values = read(ops, shard.shard().last() ? shard.logits(ops, out) : out);
            }
            cache.extend(position + ids.length);
        }
        position += ids.length;
        return values == null ? new float[0][] : values;
    }

    private static float[][] read(Ops ops, Tensor x) {
        float[][] rows = new float[x.rows()][x.width()];
        for (int row = 0; row < rows.length; row++) {
            ops.read(x, row, rows[row]);
        }
        return rows;
    }

    private static float[] flat(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, flat, row * rows[row].length, rows[row].length);
        }
        return flat;
    }

    @Override
    public void close() {
        caches.forEach(KvCache::close);
        shards.forEach(CausalLm::close);
    }
}
