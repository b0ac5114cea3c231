package dev.exoflux.mesh.membership;

import java.util.Comparator;

/**
 * When, in the order of a cluster's decisions, a value was decided. Of two versions the greater wins, on every peer alike.
 *
 * @param number one more than any that the coordinator knew
 * @param peers how many peers the coordinator saw: of two halves that counted alike the larger wins
 * @param coordinator id of the peer that decided
 */
public record Version(long number, int peers, String coordinator) implements Comparable<Version> {

    private static final Comparator<Version> ORDER = Comparator.comparingLong(Version::number)
            .thenComparingInt(Version::peers)
            .thenComparing(Version::coordinator);

    /** Before anything was decided. */
    public static final Version NONE = new Version(0, 0, "");

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return number + "/" + peers + "/" + coordinator;
    }
}
