package dev.exoflux.pipeline;

import dev.exoflux.pipeline.Sequence.Contribution;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who travels in the next batch.
 *
 * <p>A batch carries the newest token of sequences that are being answered and, in the same pass, at most one chunk's worth of
 * prompt, so that a long prompt delays running answers by no more than a chunk. Where several batches are to be in flight the
 * running sequences are dealt out over them evenly. Those that waited longest go first, and whoever has gone goes to the back:
 * prompts take turns chunk by chunk, and a short one rides along in what a long one leaves of its chunk. Between priorities the chunk is
 * dealt out by {@link Shares}.
 *
 * <p>Confined to the batcher's loop.
 */
final class BatchFormation {

    private static final Map<Priority, Deque<Sequence>> NONE = Map.of();

    private final Predicate<Sequence> begins;
    private final Shares shares = new Shares();
    private final Map<Sequence, Contribution> prompts = new HashMap<>();
    private List<Sequence> turn = new ArrayList<>();
    private Set<Priority> wanting = Set.of();

    /** @param begins asked before the first span of a sequence: whether it may be sent */
    BatchFormation(Predicate<Sequence> begins) {
        this.begins = begins;
    }

    void add(Sequence sequence) {
        turn.add(sequence);
    }

    void remove(Sequence sequence) {
        turn.remove(sequence);
    }

    void clear() {
        turn.clear();
    }

    /**
     * The next batch; empty if nobody is ready.
     *
     * @param chunk most tokens of prompts in it
     * @param batches so many are to be in flight
     */
    TokenBatch next(int chunk, int batches) {
        List<Sequence> waiting = new ArrayList<>(turn.size());
        List<Sequence> chosen = new ArrayList<>();
        List<Contribution> contributions = new ArrayList<>();
        int seats = seats(batches);
        deal(chunk);
        for (Sequence sequence : turn) {
            Contribution contribution = prompts.get(sequence);
            if (contribution == null && seats > 0 && sequence.steps()) {
                contribution = sequence.send(1);
                seats--;
            }
            if (contribution == null) {
                waiting.add(sequence);
            } else {
                chosen.add(sequence);
                contributions.add(contribution);
            }
        }
        prompts.clear();
        waiting.addAll(chosen);
        turn = waiting;
        return new TokenBatch(
                contributions.stream().map(Contribution::span).toList(),
                contributions.stream()
                        .flatMapToInt(contribution -> Arrays.stream(contribution.ids()))
                        .toArray(),
                List.of());
    }

    /** Deals a chunk out to prompts: within a priority to those that waited longest. */
    private void deal(int chunk) {
        Map<Priority, Deque<Sequence>> lines = prompts();
        int room = chunk;
        while (room > 0) {
            Priority next = shares.next(lines::containsKey);
            if (next == null) {
                return;
            }
            Deque<Sequence> line = Objects.requireNonNull(lines.get(next));
            Sequence sequence = line.removeFirst();
            if (line.isEmpty()) {
                lines.remove(next);
            }
            if (sequence.known() || begins.test(sequence)) {
                int rows = Math.min(sequence.prefillRows(), room);
                prompts.put(sequence, sequence.send(rows));
                shares.charge(next, rows);
                room -= rows;
            }
        }
    }

    /** Those that have prompts to send, by their priority. */
    private Map<Priority, Deque<Sequence>> prompts() {
        Map<Priority, Deque<Sequence>> lines = NONE;
        for (Sequence sequence : turn) {
            if (sequence.prefilling() && sequence.ready()) {
                lines = lines.isEmpty() ? new EnumMap<>(Priority.class) : lines;
                lines.computeIfAbsent(sequence.scheduling().priority(), ignored -> new ArrayDeque<>())
                        .add(sequence);
            }
        }
        for (Priority priority : Priority.values()) {
            boolean wants = lines.containsKey(priority);
            if (wants && !wanting.contains(priority)) {
                shares.awake(priority);
            }
        }
        wanting = lines.isEmpty() ? Set.of() : Set.copyOf(lines.keySet());
        return lines;
    }

    /** Answers a batch may carry, for all that run to be dealt out evenly. */
    private int seats(int batches) {
        int running = 0;
        for (Sequence sequence : turn) {
            running += !sequence.prefilling() && sequence.running() ? 1 : 0;
        }
        return Math.ceilDiv(running, batches);
    }
}
