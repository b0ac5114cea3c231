package dev.exoflux.model;

import java.util.Arrays;

/**
 * How often each token id occurs in a sequence and in its answer: an open-addressing table, so that a sequence costs what it
 * holds and not a vocabulary. An id once seen keeps its slot.
 */
final class TokenCounts {

    private static final int FREE = -1;

    private int[] ids;
    private int[] all;
    private int[] answer;
    private int used;

    TokenCounts() {
        allocate(64);
    }

    /** Counts {@code by} more occurrences of {@code id}, a token of the answer or of the prompt. */
    void add(int id, boolean ofAnswer, int by) {
        int slot = slot(id);
        if (ids[slot] == FREE) {
            if (2 * ++used > ids.length) {
                grow();
                slot = slot(id);
            }
            ids[slot] = id;
        }
        all[slot] += by;
        if (ofAnswer) {
            answer[slot] += by;
        }
    }

    /** Slots to look through with {@link #id(int)}, in no meaningful order. */
    int slots() {
        return ids.length;
    }

    /** The id in a slot, negative where there is none. */
    int id(int slot) {
        return ids[slot];
    }

    /** Occurrences of the slot's id in prompt and answer; may be 0 again. */
    int all(int slot) {
        return all[slot];
    }

    /** Occurrences of the slot's id in the answer. */
    int answer(int slot) {
        return answer[slot];
    }

    private int slot(int id) {
        int mask = ids.length - 1;
        int slot = ((id * 0x9E3779B9) >>> 7) & mask;
        while (ids[slot] != FREE && ids[slot] != id) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldIds = ids;
        int[] oldAll = all;
        int[] oldAnswer = answer;
        allocate(2 * oldIds.length);
        for (int i = 0; i < oldIds.length; i++) {
            if (oldIds[i] != FREE) {
                int slot = slot(oldIds[i]);
                ids[slot] = oldIds[i];
                all[slot] = oldAll[i];
                answer[slot] = oldAnswer[i];
            }
        }
    }

    private void allocate(int size) {
        ids = new int[size];
        Arrays.fill(ids, FREE);
        all = new int[size];
        answer = new int[size];
    }
}
