package dev.exoflux.pipeline;

import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/**
 * A shard of a model as a stream.
 *
 * <p>The chain below is the whole of its reactive part: one hop to the compute thread, and there a plain loop (see {@link
 * OpenSequences}). What arrives is answered in order, each message with one of its kind; a sequence that failed within a
 * batch adds a {@link StageMessage.Failed} after it, so that the others of the batch go on.
 *
 * <p>Each subscription has sequences of its own; several share the compute thread. Thread-safe.
 */
public final class ModelStage implements Stage, AutoCloseable {

    /** Messages a stage takes ahead of its compute thread: the batches in flight, and room for the retirements between. */
    static final int IN_FLIGHT = 16;

    private final StageModel model;
    private final Backend backend;
    private final ComputeThread compute;
    private final AtomicLong cacheBytes = new AtomicLong();
    private final Ending closing = new Ending();

    /**
     * Starts the stage's compute thread.
     *
     * @param name of the compute thread
     * @param model closed with the stage
     * @param backend the one that loaded {@code model}; must outlive the stage
     */
    public ModelStage(String name, CausalLm model, Backend backend) {
        this(name, StageModel.once(model), backend);
    }

    /** The same of a model that is loaded again, on the compute thread, when the backend has lost it. */
    ModelStage(String name, StageModel model, Backend backend) {
        this.model = model;
        this.backend = backend;
        this.compute = new ComputeThread(name);
    }

    /** The model as it was loaded last; from any thread. */
    CausalLm model() {
        return model.now();
    }

    /** Bytes the caches of this stage take at present; readable from any thread. */
    public long cacheBytes() {
        return cacheBytes.get();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Ends in BACKEND_LOST when what computes was lost, and with it the caches of all sequences; who subscribes again finds the model
     * loaded again, or is told with each sequence why it cannot be. Ends in RING_UNKNOWN when the stage is closed, whatever is under way: what was handed over to its thread by then would never
     * come back, and whoever waits for it would not be told.
     */
    @Override
    public Flux<StageMessage> process(Flux<StageMessage> inbound) {
        return closing.of(Flux.using(
                () -> new OpenSequences(model, backend, cacheBytes),
                sequences -> inbound.publishOn(compute.scheduler(), IN_FLIGHT) // the one thread hop
                        .map(sequences::step)
                        .hide() // fused, a step could run on the thread of whoever requests
                        .concatMapIterable(Function.identity(), 1),
                sequences -> compute.execute(sequences::close)));
    }

    /** Ends all streams, then the compute thread once it has freed their caches, then the model. */
    @Override
    public void close() {
        closing.fail(new ExofluxException(
                ErrorCode.RING_UNKNOWN,
                "A part of the model was just taken from its peer.\nMaybe it is placed anew: try again in a moment."));
        compute.close();
        model.close();
    }
}
