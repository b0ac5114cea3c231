package dev.exoflux.mesh.membership;

import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.stack.Protocol;
import org.jgroups.util.MessageBatch;
import org.jspecify.annotations.Nullable;

/**
 * Drops whatever would be turned into objects by Java's serialisation: JGroups reads what other protocols flagged so, and in
 * an open cluster anybody may send it.
 */
final class PlainMessages extends Protocol {

    static boolean isPlain(Message message) {
        boolean known =
                message instanceof BytesMessage || message instanceof EmptyMessage || message instanceof ObjectMessage;
        return known && !message.isFlagSet(Message.Flag.SERIALIZED);
    }

    @Override
    public @Nullable Object up(Message message) {
        return isPlain(message) ? up_prot.up(message) : null;
    }

    @Override
    public void up(MessageBatch batch) {
        batch.removeIf(message -> !isPlain(message), true);
        if (!batch.isEmpty()) {
            up_prot.up(batch);
        }
    }
}
