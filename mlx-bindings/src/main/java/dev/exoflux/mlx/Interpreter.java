package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import java.util.HashMap;
import java.util.Map;

/** What an {@link Engine} does, where MLX is: carries out programs over what it holds. Used on MLX's thread alone. */
final class Interpreter {

    /** Passes after which MLX's freed buffers go back to the system: they have many sizes by then. */
    private static final int CLEAR_CACHE_EVERY = 256;

    private final MlxRuntime mlx;
    private final ArrayType type;
    private final Holdings held;
    private final Map<Integer, MlxPass> passes = new HashMap<>();
    private final Ahead ahead;
    private int ended;

    /** As settings have it. On a processor a step that nobody wants takes time from those that somebody does. */
    static Interpreter of(MlxRuntime mlx, MlxSettings settings) {
        MlxDevice device = mlx.device();
        return new Interpreter(
                mlx, settings.activations().on(device), settings.ahead() || device.metal(), Parts.on(device));
    }

    /**
     * @param type of activations, keys and values
     * @param foretelling whether the next step of sequences is computed before anybody asks
     * @param parts that matrices are multiplied in
     */
    Interpreter(MlxRuntime mlx, ArrayType type, boolean foretelling, Parts parts) {
        this.mlx = mlx;
        this.type = type;
        this.held = new Holdings(mlx, type, parts);
        this.ahead = new Ahead(() -> new MlxPass(mlx, held, type), foretelling);
    }

    EngineFacts facts() {
        MlxDevice device = mlx.device();
        return new EngineFacts(
                mlx.library().release().mlx(),
                device.metal(),
                device.name(),
                device.memory(),
                device.workingSet(),
                device.mostCache(),
                type);
    }

    Ahead ahead() {
        return ahead;
    }

    Holdings held() {
        return held;
    }

    /** As {@link Engine#load}. */
    void load(int matrix, WeightForm form, WeightSource source) {
        held.load(matrix, form, source);
    }

    /** As {@link Engine#tell}. */
    void carryOut(Program orders) {
        ahead.drop(); // it may be about what is freed
        held.carryOut(orders);
    }

    /** As {@link Engine#compute}; {@link #goAhead} is to follow it, once the numbers have been handed over. */
    void compute(int pass, Program steps, int tensor, Sink sink) {
        MlxPass its = ahead.take(steps, tensor);
        if (its == null) {
            its = pass(pass);
            its.build(steps);
        } else {
            passes.put(pass, its);
        }
        its.begin(tensor, ahead.wanted());
        ahead.prepare(its, steps, tensor);
        try {
            ahead.learn(its, its.take(sink));
        } catch (RuntimeException e) {
            ahead.drop();
            throw e;
        }
    }

    /** Does what can be done before anybody asks. */
    void goAhead() {
        ahead.begin();
    }

    /** As {@link Engine#finish}. */
    void finish(int pass, Program steps) {
        ahead.drop();
        MlxPass its = pass(pass);
        try {
            its.build(steps);
            its.finish();
        } finally {
            end(pass);
        }
    }

    /** As {@link Engine#abandon}. */
    void abandon(int pass) {
        end(pass);
    }

    private MlxPass pass(int number) {
        return passes.computeIfAbsent(number, of -> new MlxPass(mlx, held, type));
    }

    private void end(int pass) {
        MlxPass its = passes.remove(pass);
        if (its != null) {
            its.close();
        }
        if (++ended % CLEAR_CACHE_EVERY == 0) {
            mlx.clearCache();
        }
    }

    /** As {@link Engine#figure}. */
    long figure(Figure figure, int matrix) {
        return switch (figure) {
            case LIVE_HANDLES -> mlx.liveHandles();
            case ACTIVE_BYTES -> mlx.activeBytes();
            case READ_SPEED -> held.matrix(matrix).readSpeed(mlx, type);
        };
    }

    void close() {
        ahead.drop();
        passes.values().forEach(MlxPass::close);
        passes.clear();
        held.close();
    }
}
