package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A decode step of a model as it is always made, but that it is not computed: verbs are written down, read, become a graph, and
 * that is freed.
 */
final class UncomputedStep {

    private static final int AT = 100;

    private final Uncomputing engine;
    private final MlxBackend backend;
    private final CausalLm model;
    private final List<KvCache> caches;
    private final float[] logits;

    /** @param sequences most of a step */
    UncomputedStep(LocalMlx mlx, Path folder, int sequences) {
        this.engine = new Uncomputing(mlx);
        this.backend = new MlxBackend(() -> engine);
        ModelDirectory directory = ModelDirectory.open("model", folder);
        this.model =
                Architectures.load(directory, Shard.whole(directory.config().layers()), backend);
        this.caches =
                Stream.generate(() -> model.newCache(2 * AT)).limit(sequences).toList();
        this.logits = new float[model.vocabularySize()];
        pass(sequences, AT); // makes the caches' arrays, and constants
        caches.forEach(cache -> cache.extend(AT));
        engine.building = true;
    }

    /** One token each; on MLX's thread. */
    void run(int sequences) {
        pass(sequences, 1);
    }

    private void pass(int sequences, int count) {
        Positions at = new Positions(caches.stream()
                .limit(sequences)
                .map(cache -> new Positions.Run(cache, cache.length(), count))
                .toList());
        try (Ops ops = backend.open()) {
            Tensor hidden = model.layers(ops, model.embed(ops, new int[sequences * count]), at);
            ops.read(model.logits(ops, ops.rows(hidden, 0, sequences)), 0, logits);
        }
    }

    /** Computes nothing, and builds if it is told to: then on MLX's thread, where it waits for nobody. */
    private static final class Uncomputing implements Engine {

        private final MlxRuntime mlx;
        private final LocalEngine engine;
        private boolean building;

        Uncomputing(LocalMlx mlx) {
            this.mlx = mlx.runtime();
            this.engine = new LocalEngine(mlx, new Interpreter(mlx.runtime(), ArrayType.F32, false, Parts.WHOLE));
        }

        @Override
        public void compute(int pass, Program steps, int tensor, int count, float[] out) {
            if (!building) {
                return;
            }
            MlxPass its = new MlxPass(mlx, engine.interpreter().held(), ArrayType.F32);
            its.build(steps);
            its.undo();
            its.close();
        }

        @Override
        public EngineFacts facts() {
            return engine.facts();
        }

        @Override
        public int number() {
            return engine.number();
        }

        @Override
        public void tell(Program orders) {
            engine.tell(orders);
        }

        @Override
        public void load(int matrix, MatrixData data, float @Nullable [] bias) {
            engine.load(matrix, data, bias);
        }

        @Override
        public void finish(int pass, Program steps) {}

        @Override
        public void abandon(int pass) {}

        @Override
        public long figure(Figure figure, int matrix) {
            return engine.figure(figure, matrix);
        }

        @Override
        public @Nullable ExofluxException lost() {
            return engine.lost();
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
