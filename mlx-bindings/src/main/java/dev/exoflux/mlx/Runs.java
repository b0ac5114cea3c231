package dev.exoflux.mlx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A batch as its pass declares it: which rows each sequence has, and at which positions those stand. */
final class Runs {

    private final List<Run> runs = new ArrayList<>();
    private final int[] positions;

    /** {@code count} rows from {@code row} on, at positions from {@code position} on. */
    record Run(int row, int position, int count) {

        int end() {
            return position + count;
        }

        /** What the run's rows see between them through a sliding window. */
        Sight sight(int window) {
            int first = Math.max(0, position - window + 1);
            return new Sight(first, Math.max(0, end() - window) <= first);
        }

        /** Which of the keys that a run's rows see between them each row sees: a sliding window's band, {@code [count, keys]}. */
        byte[] mask(int window) {
            int first = sight(window).first();
            int keys = end() - first;
            byte[] seen = new byte[count * keys];
            for (int i = 0; i < count; i++) {
                int at = position + i;
                Arrays.fill(seen, i * keys + Math.max(0, at - window + 1) - first, i * keys + at + 1 - first, (byte) 1);
            }
            return seen;
        }
    }

    /**
     * The keys that the rows of a run see.
     *
     * @param first position of the first that its first row sees
     * @param all whether each row sees all of them up to itself
     */
    record Sight(int first, boolean all) {}

    /** Reads what {@link Verb#BATCH} is followed by. */
    Runs(Program steps) {
        int[] counts = new int[steps.next()];
        Arrays.setAll(counts, i -> steps.next());
        int[] firsts = steps.nextInputs(counts.length);
        positions = new int[Arrays.stream(counts).sum()];
        int row = 0;
        for (int i = 0; i < counts.length; i++) {
            runs.add(new Run(row, firsts[i], counts[i]));
            for (int j = 0; j < counts[i]; j++) {
                positions[row++] = firsts[i] + j;
            }
        }
    }

    List<Run> runs() {
        return runs;
    }

    /** Of each row. */
    int[] positions() {
        return positions;
    }
}
