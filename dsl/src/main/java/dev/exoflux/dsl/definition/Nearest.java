package dev.exoflux.dsl.definition;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant. */
public final class Nearest {

    private Nearest() {}

    /** Of the names that are there, the one that is mistyped most easily as {@code name}; empty where none is near. */
    public static Optional<String> to(String name, Collection<String> names) {
        String written = plain(name);
        return names.stream()
                .filter(known -> distance(written, plain(known)) <= Math.max(1, written.length() / 3))
                .min(Comparator.comparingInt(known -> distance(written, plain(known))));
    }

    /** {@code maxLength}, {@code max_length} and {@code max-length} are one. */
    private static String plain(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
        return plain.length() <= 64 ? plain : plain.substring(0, 64);
    }

    /** Letters to insert, drop, replace or exchange with the next (Damerau 1964, without overlaps). */
    private static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int change = steps[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                steps[i][j] = Math.min(change, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], 1 + steps[i - 2][j - 2]);
                }
            }
        }
        return steps[a.length()][b.length()];
    }
}
