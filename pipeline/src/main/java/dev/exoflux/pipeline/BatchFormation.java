package dev.exoflux.pipeline;

import dev.exoflux.pipeline.Sequence.Contribution;
import dev.exoflux.pipeline.StageMessage.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Who travels in the next batch.
 *
 * <p>A batch carries the newest token of sequences that are being answered and, in the same pass, at most one chunk's worth of
 * prompt, so that a long prompt delays running answers by no more than a chunk. Where several batches are to be in flight the
 * running sequences are dealt out over them evenly. Those that waited longest go first, and whoever has gone goes to the back:
 * prompts take turns chunk by chunk, and a short one rides along in what a long one leaves of its chunk.
 *
 * <p>Confined to the batcher's loop.
 */
final class BatchFormation {

    private final int chunk;
    private final Predicate<Sequence> begins;
    private List<Sequence> turn = new ArrayList<>();
    private int batches = 1;

    /**
     * @param chunk most tokens of prompts in one batch
     * @param begins asked before the first span of a sequence: whether it may be sent
     */
    BatchFormation(int chunk, Predicate<Sequence> begins) {
        this.chunk = chunk;
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

    /** From here on so many batches are to be in flight. */
    void inFlight(int count) {
        batches = count;
    }

    /** The next batch; empty if nobody is ready. */
    TokenBatch next() {
        List<Sequence> waiting = new ArrayList<>(turn.size());
        List<Sequence> chosen = new ArrayList<>();
        List<Contribution> contributions = new ArrayList<>();
        int seats = seats();
        int room = chunk;
        for (Sequence sequence : turn) {
            int places = sequence.prefilling() ? room : seats;
            if (places == 0 || !sequence.ready() || !(sequence.known() || begins.test(sequence))) {
                waiting.add(sequence);
                continue;
            }
            int rows = sequence.prefilling() ? Math.min(sequence.prefillRows(), room) : 1;
            if (sequence.prefilling()) {
                room -= rows;
            } else {
                seats--;
            }
            chosen.add(sequence);
            contributions.add(sequence.send(rows));
        }
        waiting.addAll(chosen);
        turn = waiting;
        return new TokenBatch(
                contributions.stream().map(Contribution::span).toList(),
                contributions.stream()
                        .flatMapToInt(contribution -> Arrays.stream(contribution.ids()))
                        .toArray(),
                List.of());
    }

    /** Answers a batch may carry, for all that run to be dealt out evenly. */
    private int seats() {
        int running = 0;
        for (Sequence sequence : turn) {
            running += !sequence.prefilling() && sequence.running() ? 1 : 0;
        }
        return Math.ceilDiv(running, batches);
    }
}
