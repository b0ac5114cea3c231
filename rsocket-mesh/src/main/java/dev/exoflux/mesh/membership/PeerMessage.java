package dev.exoflux.mesh.membership;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that peers say to each other in the group. */
sealed interface PeerMessage {

    /** What a peer says of itself and of its way to others. */
    record Say(Report report) implements PeerMessage {}

    /** About the cluster's state. */
    sealed interface About extends PeerMessage {}

    /** To the coordinator: decide this. */
    record Propose(long request, String key, @Nullable String value) implements About {}

    /** From the coordinator: this is decided; tell when it is on the disk. */
    record Store(Entry entry) implements About {}

    /** To the coordinator: that is on the disk. */
    record Stored(Version version) implements About {}

    /** From the coordinator: most have it, or what is wrong with it. */
    record Answer(long request, Version version, String error) implements About {}

    /** To the coordinator: the sum of what this peer knows. */
    record Sum(long sum) implements About {}

    /** Everything the sender knows; whoever knows more answers with that, if asked. */
    record Snapshot(List<Entry> entries, boolean answer) implements About {}
}
