package dev.exoflux.model;

import java.util.List;

/**
 * Where the rows of a batch belong: the runs of consecutive tokens it is made of, in row order.
 *
 * @param runs at least one; no two with the same cache
 */
public record Positions(List<Run> runs) {

    /**
     * {@code count} consecutive tokens of one sequence.
     *
     * @param cache the sequence's cache, holding {@code position} positions
     * @param position of the first token, counted from 0
     * @param count number of tokens, at least 1
     */
    public record Run(KvCache cache, int position, int count) {}

    public Positions {
        runs = List.copyOf(runs);
    }

    /** Rows of the batch: the sum of all counts. */
    public int rows() {
        int rows = 0;
        for (Run run : runs) {
            rows += run.count();
        }
        return rows;
    }
}
