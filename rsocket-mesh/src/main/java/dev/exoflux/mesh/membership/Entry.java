package dev.exoflux.mesh.membership;

import org.jspecify.annotations.Nullable;

/**
 * What was decided of a key.
 *
 * @param value or null when it was removed: that is remembered, so that a peer that was away does not bring it back
 */
record Entry(String key, @Nullable String value, Version version) {

    /** Whether this replaces the other; of the same version at most one ever does, so that all peers end with the same. */
    boolean supersedes(@Nullable Entry other) {
        if (other == null) {
            return true;
        }
        int order = version.compareTo(other.version);
        return order > 0 || (order == 0 && text(value).compareTo(text(other.value)) > 0);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : "=" + value;
    }
}
