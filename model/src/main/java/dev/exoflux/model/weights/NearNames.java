package dev.exoflux.model.weights;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what someone who mistyped a name may have meant. */
final class NearNames {

    private static final int MOST = 3;

    private NearNames() {}

    /** The names close to a wrong one, closest first. */
    static List<String> of(String wrong, Collection<String> names) {
        String lower = lower(wrong);
        return names.stream()
                .filter(name -> isNear(lower, lower(name)))
                .sorted(Comparator.comparingInt((String name) -> distance(lower, lower(name)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    private static boolean isNear(String wrong, String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        return last.equals(wrong.substring(wrong.lastIndexOf('/') + 1))
                || distance(wrong, name) <= Math.max(1, wrong.length() / 4)
                || distance(wrong, last) <= Math.max(1, wrong.length() / 4);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Levenshtein's: insertions, deletions and replacements from one to the other. */
    static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
