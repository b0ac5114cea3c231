package dev.exoflux.dsl.yaml;

/**
 * Something in a file that keeps it from being run.
 *
 * @param line from 1
 * @param column from 1, in characters
 * @param key it is about; empty where it is about none
 * @param message what is wrong and, on a line of its own, what may help
 */
public record Problem(int line, int column, String key, String message) {

    Problem(Place place, String key, String message) {
        this(place.line(), place.column(), key, message);
    }

    /** As compilers write it: {@code triad.yaml:3:5: ...}. */
    public String in(String source) {
        return "%s:%d:%d: %s".formatted(source, line, column, message);
    }
}
