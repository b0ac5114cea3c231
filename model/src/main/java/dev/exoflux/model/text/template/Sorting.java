package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Python's {@code sorted}: a stable merge sort that asks only for "less than". (Java's own refuses the orders that are
 * none, which a template can make with NaN.)
 */
final class Sorting {

    private record Keyed(Object key, Object item) {}

    private Sorting() {}

    static List<Object> sorted(List<Object> items, Function<Object, Object> key, boolean reverse, Budget budget) {
        List<Keyed> keyed = new ArrayList<>(items.size());
        for (Object item : items) {
            keyed.add(new Keyed(key.apply(item), item));
        }
        budget.items(items.size());
        List<Object> sorted = new ArrayList<>(items.size());
        mergeSort(keyed, reverse, budget).forEach(entry -> sorted.add(entry.item()));
        return sorted;
    }

    private static List<Keyed> mergeSort(List<Keyed> items, boolean reverse, Budget budget) {
        if (items.size() < 2) {
            return items;
        }
        int middle = items.size() / 2;
        List<Keyed> left = mergeSort(items.subList(0, middle), reverse, budget);
        List<Keyed> right = mergeSort(items.subList(middle, items.size()), reverse, budget);
        List<Keyed> merged = new ArrayList<>(items.size());
        int l = 0;
        int r = 0;
        while (l < left.size() && r < right.size()) {
            Keyed a = left.get(l);
            Keyed b = right.get(r);
            boolean rightFirst =
                    reverse ? Comparisons.less(a.key(), b.key(), budget) : Comparisons.less(b.key(), a.key(), budget);
            merged.add(rightFirst ? b : a);
            if (rightFirst) {
                r++;
            } else {
                l++;
            }
        }
        merged.addAll(left.subList(l, left.size()));
        merged.addAll(right.subList(r, right.size()));
        return merged;
    }
}
