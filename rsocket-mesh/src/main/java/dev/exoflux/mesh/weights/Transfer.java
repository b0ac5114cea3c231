package dev.exoflux.mesh.weights;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.weights.ByteRanges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Brings missing bytes from all holders at once into a directory. Thread-safe. */
final class Transfer {

    /** Pieces that are on their way or in memory at once. */
    private static final int MAX_PIECES = 32;

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final List<Holder> holders;
    private final PullTarget target;
    private final PullSettings settings;
    private final Losses losses;
    private final Map<Holder, Long> failingSince = new ConcurrentHashMap<>();

    Transfer(List<Holder> holders, PullTarget target, PullSettings settings, Losses losses) {
        this.holders = holders.subList(0, Math.min(holders.size(), MAX_PIECES));
        this.target = target;
        this.settings = settings;
        this.losses = losses;
    }

    /**
     * Completes when all of these bytes are in the directory. On cancel the holders stop sending. Errors are PEER_LOST if none is
     * left that has what is missing, and {@link UncheckedIOException} where the disk fails. Nothing is discarded.
     *
     * @param arrived told of bytes when they are written; by several threads
     */
    Mono<Void> fetch(Map<String, ByteRanges> wanted, LongConsumer arrived) {
        return Mono.defer(() -> {
            List<Piece> pieces = Piece.cut(target.missing(wanted), settings.pieceBytes());
            if (pieces.isEmpty()) {
                return Mono.empty();
            }
            PieceQueue queue = new PieceQueue(pieces, offers(wanted.keySet()), settings.lendAfter(), System::nanoTime);
            int each = Math.clamp(MAX_PIECES / holders.size(), 1, settings.piecesAtOnce());
            List<Holder> workers = Collections.nCopies(each, holders).stream()
                    .flatMap(List::stream)
                    .toList();
            return Flux.fromIterable(workers)
                    .flatMap(holder -> work(queue, holder, arrived), workers.size())
                    .takeUntilOther(queue.finished())
                    .then(Mono.defer(() -> queue.isFinished() ? Mono.empty() : Mono.error(nobodyLeft(wanted))));
        });
    }

    private Map<Holder, Map<String, ByteRanges>> offers(Set<String> files) {
        Map<Holder, Map<String, ByteRanges>> offers = new LinkedHashMap<>();
        for (Holder holder : holders) {
            Map<String, ByteRanges> its = new HashMap<>();
            files.forEach(file -> its.put(file, holder.offers(target.file(file))));
            offers.put(holder, its);
        }
        return offers;
    }

    private ExofluxException nobodyLeft(Map<String, ByteRanges> wanted) {
        Map<String, ByteRanges> missing = target.missing(wanted);
        long bytes = missing.values().stream().mapToLong(ByteRanges::bytes).sum();
        return losses.nobodyLeft("%d bytes of %s".formatted(bytes, String.join(", ", missing.keySet())));
    }

    /** One after the other, until there is nothing to do for this holder. */
    private Mono<Void> work(PieceQueue queue, Holder holder, LongConsumer arrived) {
        return Flux.defer(() -> step(queue, holder, arrived))
                .repeat(() -> queue.goesOn(holder))
                .then();
    }

    private Mono<Void> step(PieceQueue queue, Holder holder, LongConsumer arrived) {
        PieceQueue.Task task = queue.take(holder).orElse(null);
        if (task == null) {
            return Mono.delay(settings.idle()).then();
        }
        return holder.fetch(task.piece(), received -> store(queue, task, received, arrived))
                .timeout(settings.pieceWithin())
                .doOnSuccess(fetched -> failingSince.remove(holder))
                .takeUntilOther(task.taken())
                .doFinally(end -> queue.leave(task, holder))
                .onErrorResume(failure -> failed(queue, holder, failure));
    }

    private void store(PieceQueue queue, PieceQueue.Task task, ReceivedPiece received, LongConsumer arrived) {
        if (!queue.claim(task)) {
            return; // another holder was faster
        }
        try {
            target.write(received, task.piece());
        } catch (ClosedByInterruptException e) {
            return; // cancelled: whoever goes on fetches it again
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        arrived.accept(task.piece().range().bytes());
        queue.done(task);
    }

    private Mono<Void> failed(PieceQueue queue, Holder holder, Throwable failure) {
        if (failure instanceof ExofluxException told && told.code() == ErrorCode.OVERLOADED) {
            return Mono.delay(PAUSE).then();
        }
        if (!(failure instanceof ExofluxException) && !(failure instanceof TimeoutException)) {
            return Mono.error(failure); // ours
        }
        long now = System.nanoTime();
        Long before = failingSince.putIfAbsent(holder, now);
        if (mayPass(failure)
                && (before == null || now - before < settings.patience().toNanos())) {
            return Mono.delay(PAUSE).then();
        }
        queue.remove(holder);
        losses.add(holder.address(), failure);
        return Mono.empty();
    }

    /** What may be better when it is tried again. */
    private static boolean mayPass(@Nullable Throwable failure) {
        return !(failure instanceof ExofluxException told) || told.code() == ErrorCode.PEER_LOST;
    }
}
