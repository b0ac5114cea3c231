package dev.exoflux.model;

/** The k highest of many logits by one pass over them with a heap of k: higher first, ties to the lower id. */
final class Likeliest {

    private Likeliest() {}

    /** Ids of the {@code k} highest values (or of all, if there are fewer), highest first. */
    static int[] ids(float[] values, int k) {
        int[] heap = new int[Math.min(k, values.length)];
        if (heap.length == 0) {
            return heap;
        }
        for (int i = 0; i < heap.length; i++) {
            heap[i] = i;
        }
        for (int i = heap.length / 2 - 1; i >= 0; i--) {
            sink(heap, i, heap.length, values);
        }
        for (int i = heap.length; i < values.length; i++) {
            if (values[i] > values[heap[0]]) { // an equal value has the higher id and stays out
                heap[0] = i;
                sink(heap, 0, heap.length, values);
            }
        }
        for (int end = heap.length - 1; end > 0; end--) {
            int lowest = heap[0];
            heap[0] = heap[end];
            heap[end] = lowest;
            sink(heap, 0, end, values);
        }
        return heap;
    }

    /** Lets the token at {@code i} sink below all that should leave the heap before it. */
    private static void sink(int[] heap, int i, int size, float[] values) {
        int token = heap[i];
        for (int child; (child = 2 * i + 1) < size; i = child) {
            if (child + 1 < size && precedes(values, heap[child], heap[child + 1])) {
                child++;
            }
            if (precedes(values, heap[child], token)) {
                break;
            }
            heap[i] = heap[child];
        }
        heap[i] = token;
    }

    private static boolean precedes(float[] values, int a, int b) {
        return values[a] > values[b] || (values[a] == values[b] && a < b);
    }
}
