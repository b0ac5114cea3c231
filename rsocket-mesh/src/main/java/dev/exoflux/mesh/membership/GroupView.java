package dev.exoflux.mesh.membership;

import java.util.List;

/**
 * Who is in the group, as all of them agreed.
 *
 * @param members ids in the order they joined; each once, and never none
 * @param merged whether groups that did not see each other became one: then its members know less of each other than each of
 *     them can tell
 */
record GroupView(List<String> members, boolean merged) {

    GroupView {
        members = List.copyOf(members);
    }

    GroupView(List<String> members) {
        this(members, false);
    }

    /** The oldest member: all who have this view agree on it without a further word. */
    String coordinator() {
        return members.getFirst();
    }
}
