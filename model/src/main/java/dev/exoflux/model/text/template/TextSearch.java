package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finding text in text, and what is built on it. Every search is linear in time, also where a template sets out to make
 * it slow: D. E. Knuth, J. H. Morris, V. R. Pratt, "Fast Pattern Matching in Strings", 1977.
 */
final class TextSearch {

    /** Below this product of lengths the plain search is fast enough in any case. */
    private static final long PLAIN = 1 << 20;

    private final String text;
    private final String pattern;
    private final int @Nullable [] borders;

    private TextSearch(String text, String pattern) {
        this.text = text;
        this.pattern = pattern;
        this.borders = (long) text.length() * pattern.length() <= PLAIN ? null : borders(pattern);
    }

    /** For each prefix of the pattern: the length of its longest proper prefix that is also its suffix. */
    private static int[] borders(String pattern) {
        int[] borders = new int[pattern.length()];
        int length = 0;
        for (int i = 1; i < pattern.length(); i++) {
            while (length > 0 && pattern.charAt(i) != pattern.charAt(length)) {
                length = borders[length - 1];
            }
            if (pattern.charAt(i) == pattern.charAt(length)) {
                length++;
            }
            borders[i] = length;
        }
        return borders;
    }

    private int from(int start) {
        if (borders == null || pattern.isEmpty()) {
            return text.indexOf(pattern, start);
        }
        int matched = 0;
        for (int i = start; i < text.length(); i++) {
            while (matched > 0 && text.charAt(i) != pattern.charAt(matched)) {
                matched = borders[matched - 1];
            }
            if (text.charAt(i) == pattern.charAt(matched) && ++matched == pattern.length()) {
                return i + 1 - matched;
            }
        }
        return -1;
    }

    static int first(String text, String pattern) {
        return new TextSearch(text, pattern).from(0);
    }

    static int last(String text, String pattern) {
        if ((long) text.length() * pattern.length() <= PLAIN) {
            return text.lastIndexOf(pattern);
        }
        String mirroredText = TextSplit.mirror(text);
        String mirroredPattern = TextSplit.mirror(pattern);
        int found = first(mirroredText, mirroredPattern);
        return found < 0 ? -1 : text.length() - found - pattern.length();
    }

    static boolean contains(String text, String pattern) {
        return first(text, pattern) >= 0;
    }

    /** Where the pattern, which is not empty, occurs without overlap: at most {@code limit} places from the left. */
    static List<Integer> places(String text, String pattern, int limit, Budget budget) {
        TextSearch search = new TextSearch(text, pattern);
        List<Integer> places = new ArrayList<>();
        int at = limit > 0 ? search.from(0) : -1;
        while (at >= 0) {
            places.add(at);
            budget.items(1);
            at = places.size() < limit ? search.from(at + pattern.length()) : -1;
        }
        return places;
    }

    /** The first {@code limit} occurrences replaced; an empty pattern is found between all characters. */
    static String replace(String text, String pattern, String replacement, int limit, Budget budget) {
        List<Integer> places = pattern.isEmpty() ? gaps(text, limit, budget) : places(text, pattern, limit, budget);
        budget.characters(text.length() + (long) places.size() * replacement.length());
        StringBuilder out = new StringBuilder();
        int done = 0;
        for (int place : places) {
            out.append(text, done, place).append(replacement);
            done = place + pattern.length();
        }
        return out.append(text, done, text.length()).toString();
    }

    /** Before each character, and behind the last. */
    private static List<Integer> gaps(String text, int limit, Budget budget) {
        List<Integer> places = new ArrayList<>();
        budget.items(Math.min(limit, text.length()));
        int at = 0;
        while (at <= text.length() && places.size() < limit) {
            places.add(at);
            at += at < text.length() ? Character.charCount(text.codePointAt(at)) : 1;
        }
        return places;
    }
}
