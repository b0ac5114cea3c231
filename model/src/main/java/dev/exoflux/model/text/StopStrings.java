package dev.exoflux.model.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for stop strings in text that arrives piece by piece. What is let through never contains a part of the stop string
 * that ends it: the end of the text is held back as long as it may still become one. The result does not depend on where the
 * pieces are cut. One for each sequence, not thread-safe.
 */
public final class StopStrings {

    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private @Nullable String matched;

    /**
     * What one piece led to.
     *
     * @param text safe to send now
     * @param stop the stop string that was completed, or null; no text comes after it
     */
    public record Match(String text, @Nullable String stop) {}

    /** Looks for these strings; empty ones never match, and where there are none all text goes through at once. */
    public StopStrings(List<String> stops) {
        this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    }

    /**
     * Adds a piece. The stop string that is complete first ends the text, of several that end at the same place the longest.
     * After that every further piece gives nothing.
     */
    public Match accept(String piece) {
        if (matched != null) {
            return new Match("", matched);
        }
        int from = held.length();
        held.append(piece);
        for (int end = from + 1; end <= held.length(); end++) {
            String stop = longestEndingAt(end);
            if (stop != null) {
                matched = stop;
                String text = held.substring(0, end - stop.length());
                held.setLength(0);
                return new Match(text, stop);
            }
        }
        int keep = longestBeginning();
        String text = held.substring(0, held.length() - keep);
        held.delete(0, text.length());
        return new Match(text, null);
    }

    /** What is still held back, once the text has ended without a stop string. */
    public String flush() {
        String text = held.toString();
        held.setLength(0);
        return text;
    }

    private @Nullable String longestEndingAt(int end) {
        String longest = null;
        for (String stop : stops) {
            int start = end - stop.length();
            if (start >= 0
                    && common(stop, start, end) == stop.length()
                    && (longest == null || stop.length() > longest.length())) {
                longest = stop;
            }
        }
        return longest;
    }

    /** Length of the longest end of the held text that is the beginning of a stop string. */
    private int longestBeginning() {
        int keep = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > keep; length--) {
                if (common(stop, held.length() - length, held.length()) == length) {
                    keep = length;
                }
            }
        }
        return keep;
    }

    /** How many characters of {@code stop} the held text has from {@code start} on. */
    private int common(String stop, int start, int end) {
        int length = 0;
        while (length < stop.length() && start + length < end && stop.charAt(length) == held.charAt(start + length)) {
            length++;
        }
        return length;
    }
}
