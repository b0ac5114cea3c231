package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.MatrixData;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** MLX in this process, on its one thread. */
final class LocalEngine implements Engine {

    private final MlxThread thread;
    private final Interpreter interpreter;
    private final EngineFacts facts;
    private final AtomicInteger numbers = new AtomicInteger();

    LocalEngine(LocalMlx mlx, Interpreter interpreter) {
        this.thread = mlx.thread();
        this.interpreter = interpreter;
        this.facts = interpreter.facts();
    }

    Interpreter interpreter() {
        return interpreter;
    }

    @Override
    public EngineFacts facts() {
        return facts;
    }

    @Override
    public int number() {
        return numbers.incrementAndGet();
    }

    @Override
    public void tell(Program orders) {
        thread.run(() -> interpreter.carryOut(orders));
    }

    @Override
    public void load(int matrix, MatrixData data, float @Nullable [] bias) {
        call(() ->
                interpreter.load(matrix, WeightForm.of(data, bias), WeightSource.of(WeightForm.numbers(data, bias))));
    }

    @Override
    public void compute(int pass, Program steps, int tensor, int count, float[] out) {
        call(() -> {
            interpreter.compute(
                    pass, steps, tensor, numbers -> MemorySegment.copy(numbers, JAVA_FLOAT, 0, out, 0, count));
            thread.run(interpreter::goAhead);
        });
    }

    @Override
    public void finish(int pass, Program steps) {
        call(() -> interpreter.finish(pass, steps));
    }

    @Override
    public void abandon(int pass) {
        thread.run(() -> interpreter.abandon(pass));
    }

    @Override
    public long figure(Figure figure, int matrix) {
        Callable<Long> asked = () -> interpreter.figure(figure, matrix);
        return thread.call(asked);
    }

    /** It is lost with the process. */
    @Override
    public @Nullable ExofluxException lost() {
        return null;
    }

    private void call(Runnable task) {
        thread.call(() -> {
            task.run();
            return true;
        });
    }

    @Override
    public void close() {
        thread.run(interpreter::close);
    }
}
