package dev.exoflux.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Has every live sequence have memory for its next step, and decides who gives way when there is not enough: first what is only
 * retained, then whose reader has stopped asking, then the youngest of the lowest priority.
 *
 * <p>So the oldest of the highest priority never gives way, and always gets on: all the memory there is suffices for any one. Whoever
 * gave way comes back when there is room for what it had, some tokens more, and a block more for each that may still grow; and after the
 * second time it is as good as the highest. Confined to the batcher's loop.
 */
final class MemoryKeeper {

    /** How long a reader may ask for nothing before its memory may go to others, when these need it. */
    static final Duration IDLE = Duration.ofSeconds(2);

    private final Roster roster;
    private final Scheduler timer;
    private final Consumer<Runnable> loop;
    private @Nullable Disposable later;

    /**
     * @param timer for idle readers
     * @param loop has something run within the batcher's loop
     */
    MemoryKeeper(Roster roster, Scheduler timer, Consumer<Runnable> loop) {
        this.roster = roster;
        this.timer = timer;
        this.loop = loop;
    }

    /** Takes what the next steps need, and from others where there is not enough. */
    void provide() {
        List<Sequence> wanting = null;
        for (Sequence sequence : roster.live()) {
            if (!sequence.covered() && !sequence.cache().lease().grow(sequence.needs())) {
                wanting = wanting == null ? new ArrayList<>() : wanting;
                wanting.add(sequence);
            }
        }
        if (wanting != null) {
            wanting.sort((one, other) -> one.claim().before(other.claim()) ? -1 : 1);
            wanting.forEach(this::provide);
        }
        if (roster.shortOfMemory()) {
            yieldIdle();
        }
    }

    private void provide(Sequence sequence) {
        while (roster.live(sequence.cache().id()) == sequence
                && !sequence.cache().lease().grow(sequence.needs())) {
            if (sequence.cache().lease().willGrow(sequence.needs())) {
                return; // what is on its way home suffices
            }
            if (!roster.prefixes().evict(null) && !yieldIdle() && !yieldLast()) {
                return;
            }
        }
    }

    /** The last of those that could give way does, unless it is alone. */
    private boolean yieldLast() {
        Sequence last = null;
        for (Sequence sequence : roster.live()) {
            last = last == null || last.claim().before(sequence.claim()) ? sequence : last;
        }
        if (last == null || roster.live().size() == 1) {
            return false;
        }
        roster.setAside(last);
        return true;
    }

    /** The one whose reader has asked for nothing for longest gives way, if that is long enough; looks again when it is. */
    private boolean yieldIdle() {
        long now = timer.now(TimeUnit.MILLISECONDS);
        long longest = -1;
        Sequence idlest = null;
        for (Sequence sequence : roster.live()) {
            long idle = sequence.idle(now);
            if (idle > longest) {
                longest = idle;
                idlest = sequence;
            }
        }
        if (idlest != null && longest >= IDLE.toMillis()) {
            roster.setAside(idlest);
            return true;
        }
        if (idlest != null && later == null) {
            later = timer.schedule(
                    () -> loop.accept(() -> later = null), IDLE.toMillis() - longest, TimeUnit.MILLISECONDS);
        }
        return false;
    }

    /** No more looking. */
    void close() {
        if (later != null) {
            later.dispose();
        }
    }
}
