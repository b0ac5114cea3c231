package dev.exoflux.model.text.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@code split}, {@code rsplit} and {@code splitlines} of Python's strings. */
final class TextSplit {

    private TextSplit() {}

    /** Cut at the first {@code limit} separators. */
    static List<String> left(String text, String separator, int limit, Budget budget) {
        return cut(text, separator, TextSearch.places(text, separator, limit, budget));
    }

    /** Cut at the last {@code limit} separators. */
    static List<String> right(String text, String separator, int limit, Budget budget) {
        String mirrored = mirror(text);
        List<Integer> places = new ArrayList<>();
        for (int place : TextSearch.places(mirrored, mirror(separator), limit, budget)) {
            places.add(text.length() - place - separator.length());
        }
        Collections.reverse(places);
        return cut(text, separator, places);
    }

    /** Reversed by UTF-16 unit; {@code StringBuilder.reverse} would keep surrogate pairs, which a separator may cut. */
    static String mirror(String text) {
        char[] units = new char[text.length()];
        for (int i = 0; i < units.length; i++) {
            units[units.length - 1 - i] = text.charAt(i);
        }
        return new String(units);
    }

    private static List<String> cut(String text, String separator, List<Integer> places) {
        List<String> parts = new ArrayList<>(places.size() + 1);
        int done = 0;
        for (int place : places) {
            parts.add(text.substring(done, place));
            done = place + separator.length();
        }
        parts.add(text.substring(done));
        return parts;
    }

    /** Words between white space, at most {@code limit} cut off from the left; the rest keeps its white space. */
    static List<String> wordsLeft(String text, int limit, Budget budget) {
        List<String> words = new ArrayList<>();
        int at = skip(text, 0, true);
        while (at < text.length()) {
            int end = words.size() < limit ? skip(text, at, false) : text.length();
            words.add(text.substring(at, end));
            budget.items(1);
            at = skip(text, end, true);
        }
        return words;
    }

    static List<String> wordsRight(String text, int limit, Budget budget) {
        List<String> words = new ArrayList<>();
        int end = lastNonSpace(text) + 1;
        while (end > 0) {
            int start = words.size() < limit ? end : 0;
            while (start > 0 && !Whitespace.is(text.charAt(start - 1))) {
                start--;
            }
            words.add(text.substring(start, end));
            budget.items(1);
            end = start;
            while (end > 0 && Whitespace.is(text.charAt(end - 1))) {
                end--;
            }
        }
        Collections.reverse(words);
        return words;
    }

    private static int skip(String text, int from, boolean whitespace) {
        int at = from;
        while (at < text.length() && Whitespace.is(text.charAt(at)) == whitespace) {
            at++;
        }
        return at;
    }

    private static int lastNonSpace(String text) {
        int at = text.length() - 1;
        while (at >= 0 && Whitespace.is(text.charAt(at))) {
            at--;
        }
        return at;
    }

    static List<String> lines(String text, boolean keepEnds, Budget budget) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = start;
            while (end < text.length() && !Whitespace.isLineBreak(text.charAt(end))) {
                end++;
            }
            int next = Math.min(end + (text.startsWith("\r\n", end) ? 2 : 1), text.length());
            lines.add(text.substring(start, keepEnds ? next : end));
            budget.items(1);
            start = next;
        }
        return lines;
    }
}
