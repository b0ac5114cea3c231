package dev.exoflux.dsl.definition;

import java.util.List;

/**
 * Hands a request to the first of several, and to the next where that one fails or is full before the first token.
 *
 * @param targets at least two
 */
public record Fallback(List<Target> targets) implements Body {

    /** Most of them. */
    public static final int MOST = 16;

    public Fallback {
        targets = Bounds.counted("fallback", targets, 2, MOST);
    }
}
