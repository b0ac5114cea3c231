package dev.exoflux.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Runs at once, on the thread of whoever asks, and what is for later when the test says that it is later. */
final class ManualTime implements Scheduler {

    private final List<Later> later = new ArrayList<>();
    private long nanos;

    private record Later(long at, Runnable task) {}

    @Override
    public Disposable schedule(Runnable task) {
        task.run();
        return Disposables.disposed();
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        Later one = new Later(nanos + unit.toNanos(delay), task);
        later.add(one);
        return () -> later.remove(one);
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public Worker createWorker() {
        return Schedulers.immediate().createWorker();
    }

    /** Tasks that wait for their time. */
    int waiting() {
        return later.size();
    }

    /** So much later. */
    void advance(Duration time) {
        long end = nanos + time.toNanos();
        for (Later next = next(end); next != null; next = next(end)) {
            later.remove(next);
            nanos = Math.max(nanos, next.at());
            next.task().run();
        }
        nanos = end;
    }

    private @Nullable Later next(long end) {
        return later.stream()
                .filter(task -> task.at() <= end)
                .min(Comparator.comparingLong(Later::at))
                .orElse(null);
    }
}
