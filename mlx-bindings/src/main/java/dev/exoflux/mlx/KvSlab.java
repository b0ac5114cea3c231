package dev.exoflux.mlx;

import dev.exoflux.model.KvShape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Room for the keys and values of some positions, in an {@link Engine}. Held by one cache, or by several that were forked off
 * each other and have not written since; freed when the last holder has left. Used on the stage's thread.
 */
final class KvSlab {

    private final Engine engine;
    private final int number;
    private final KvShape shape;
    private final int positions;
    private final AtomicLong resident;
    private final List<MlxKvCache> holders = new ArrayList<>();

    /**
     * The first {@code kept} positions of {@code from}, and room for the rest.
     *
     * @param resident told of what this takes, and when it is freed
     */
    KvSlab(Engine engine, KvShape shape, int positions, AtomicLong resident, @Nullable KvSlab from, int kept) {
        int begun = from == null ? Program.NONE : from.number(engine);
        this.engine = engine;
        this.number = engine.number();
        this.shape = shape;
        this.positions = positions;
        this.resident = resident;
        resident.addAndGet(bytes());
        engine.tell(new Program()
                .verb(Verb.SLAB)
                .with(number)
                .with(shape.layers())
                .with(shape.kvHeads())
                .with(shape.headDim())
                .with(positions)
                .with(begun)
                .with(kept));
    }

    /** By which {@code its} engine knows it. */
    @SuppressWarnings("ReferenceEquality") // the same engine
    int number(Engine its) {
        if (its != engine) {
            throw Engine.gone();
        }
        return number;
    }

    int positions() {
        return positions;
    }

    long bytes() {
        return shape.elementsPerPosition() * engine.facts().type().bytes() * positions;
    }

    KvSlab join(MlxKvCache cache) {
        holders.add(cache);
        return this;
    }

    void leave(MlxKvCache cache) {
        holders.remove(cache);
        if (holders.isEmpty()) {
            resident.addAndGet(-bytes());
            engine.tell(new Program().verb(Verb.FREE_SLAB).with(number));
        }
    }

    boolean shared() {
        return holders.size() > 1;
    }

    /** Whether {@code cache} is the one of its holders that it is counted for. */
    boolean countsFor(MlxKvCache cache) {
        return holders.getFirst() == cache;
    }
}
