package dev.exoflux.model;

/**
 * Partial selection among distinct numbers (quickselect, Hoare 1961). Without a branch on what is compared: at random
 * numbers half of such branches are mispredicted, which costs several times the loop itself.
 */
final class Selection {

    private Selection() {}

    /** Reorders {@code keys[0, end)} so that the {@code count} least come first, the greatest of them last. */
    static void least(long[] keys, int end, int count) {
        int from = 0;
        int to = end;
        while (to - from > 1) {
            int split = partition(keys, from, to);
            if (split == count - 1) {
                return;
            }
            if (split < count) {
                from = split + 1;
            } else {
                to = split;
            }
        }
    }

    /** Lomuto's partition of {@code [from, to)} around the median of three: the pivot's index, lesser numbers before it. */
    static int partition(long[] keys, int from, int to) {
        int last = to - 1;
        swap(keys, medianOfThree(keys, from, (from + last) >>> 1, last), last);
        long pivot = keys[last];
        int store = from;
        for (int i = from; i < last; i++) {
            long key = keys[i];
            keys[i] = keys[store];
            keys[store] = key;
            store += key < pivot ? 1 : 0;
        }
        swap(keys, store, last);
        return store;
    }

    private static int medianOfThree(long[] keys, int a, int b, int c) {
        if (keys[a] < keys[b]) {
            return keys[b] < keys[c] ? b : keys[a] < keys[c] ? c : a;
        }
        return keys[a] < keys[c] ? a : keys[b] < keys[c] ? c : b;
    }

    private static void swap(long[] keys, int i, int j) {
        long key = keys[i];
        keys[i] = keys[j];
        keys[j] = key;
    }
}
