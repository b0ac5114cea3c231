package dev.exoflux.mlx;

import java.util.List;

/**
 * Whether a pass takes each of its sequences on by one token and gives the logits of all of them, in their order; and if so, what
 * the next such pass would be. Filled in while the pass is built. Used on MLX's thread alone.
 */
final class TokenStep {

    private static final int NOWHERE = -1;

    /** Places among the program's inputs. */
    private int ids = NOWHERE;

    private int positions = NOWHERE;
    private int rows;
    private int room = Integer.MAX_VALUE;
    private boolean other;

    /** The ids of so many rows are looked up. */
    void embeds(int place, int count) {
        other |= ids != NOWHERE;
        ids = place;
        rows = count;
    }

    /** So many sequences go on. */
    void goesOn(int place, List<Runs.Run> runs) {
        other |= positions != NOWHERE || runs.stream().anyMatch(run -> run.count() != 1);
        positions = place;
        other |= runs.size() != rows;
    }

    /** Rows are chosen. */
    void chooses(int[] chosen) {
        for (int i = 0; i < chosen.length; i++) {
            other |= chosen[i] != i;
        }
    }

    /** A cache has room for so many positions more. */
    void leaves(int positions) {
        room = Math.min(room, positions);
    }

    /** Something that no such pass does. */
    void isOther() {
        other = true;
    }

    /** Whether it is one, if these rows are what is read of it. */
    boolean isOne(int read) {
        return !other && ids != NOWHERE && positions != NOWHERE && read == rows;
    }

    int rows() {
        return rows;
    }

    /** Whether each cache has room for one position more. */
    boolean hasRoom() {
        return room > 0;
    }

    /** The next step of the same sequences, but for its ids. */
    Program next(Program steps) {
        Program next = steps.again();
        for (int i = positions; i < positions + rows; i++) {
            next.inputAt(i, next.inputAt(i) + 1);
        }
        return next;
    }

    /** Puts ids into such a step. */
    void choose(Program next, int[] chosen) {
        for (int i = 0; i < rows; i++) {
            next.inputAt(ids + i, chosen[i]);
        }
    }
}
