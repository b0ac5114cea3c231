package dev.exoflux.pipeline;

import dev.exoflux.model.CausalLm;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shard that a stage computes with. When what computes was lost, the shard is with it: it is closed, and loaded again by
 * whoever needs it next. Used on the stage's compute thread, but for {@link #now}.
 */
final class StageModel implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StageModel.class);

    private final Supplier<CausalLm> loader;
    private volatile CausalLm model;
    private boolean lost;

    /**
     * A shard that has been loaded.
     *
     * @param loader loads it again; ends in the reason if it cannot
     */
    StageModel(CausalLm model, Supplier<CausalLm> loader) {
        this.model = model;
        this.loader = loader;
    }

    /** A shard that cannot be loaded again. */
    static StageModel once(CausalLm model) {
        return new StageModel(model, () -> {
            throw new ExofluxException(
                    ErrorCode.BACKEND_LOST, "%s was lost with what computes.".formatted(model.shard()));
        });
    }

    /** The shard that was loaded last, good or not; from any thread. */
    CausalLm now() {
        return model;
    }

    /**
     * The shard, loaded again first if need be.
     *
     * @throws ExofluxException why it cannot be
     */
    CausalLm get() {
        if (lost) {
            long start = System.nanoTime();
            model = loader.get();
            lost = false;
            LOG.info("{} was loaded again in {} ms", model.shard(), (System.nanoTime() - start) / 1_000_000);
        }
        return model;
    }

    /** Whether {@code failure} says that the shard is lost; then it is closed. */
    boolean lostBy(Throwable failure, CausalLm used) {
        boolean its = failure instanceof ExofluxException told && told.code() == ErrorCode.BACKEND_LOST;
        if (its && !lost && used.equals(model)) {
            lost = true;
            model.close();
        }
        return its;
    }

    @Override
    public void close() {
        model.close();
    }
}
