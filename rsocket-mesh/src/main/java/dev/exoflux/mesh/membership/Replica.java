package dev.exoflux.mesh.membership;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer's part in the cluster's state: a state machine without clock, thread or network, driven by views and messages.
 *
 * <p>The coordinator gives each decision the next version, stores it, sends it to all and confirms it when most of its view
 * have stored it. Whoever asked asks again when the coordinator changes. Whatever is lost on the way is made up for by sums
 * that everybody sends to the coordinator at each view and from time to time: where they differ, both exchange all they know.
 * For one thread.
 */
final class Replica {

    /** The key that decides nothing: the answer says that everything decided before it has arrived. */
    static final String NOTHING = "";

    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    /** What a replica does to the world. */
    interface World {

        void send(String to, PeerMessage.About message);

        /** To all others of the view. */
        void broadcast(PeerMessage.About message);

        /** What somebody here asked for is decided, or refused. */
        void answered(long request, Version version, @Nullable ExofluxException error);

        /** The values are different ones now. */
        void changed(ClusterState.State state);
    }

    private record Pending(String from, long request, Set<String> stored) {}

    private final String self;
    private final Storage storage;
    private final World world;
    private final Entries entries = new Entries();

    /** What was asked for here, until it is answered. */
    private final Map<Long, PeerMessage.Propose> asked = new LinkedHashMap<>();

    /** What this coordinator decided and has not confirmed yet. */
    private final Map<Version, Pending> pending = new HashMap<>();

    private GroupView view;
    private boolean safe = true;

    Replica(String self, Storage storage, World world) {
        this.self = self;
        this.storage = storage;
        this.world = world;
        this.view = new GroupView(List.of(self));
        entries.merge(storage.read());
    }

    ClusterState.State state() {
        return new ClusterState.State(entries.values(), entries.newest());
    }

    void view(GroupView next) {
        String before = view.coordinator();
        view = next;
        if (!coordinates()) {
            pending.clear(); // who asked asks the new one
        } else {
            List.copyOf(pending.keySet()).forEach(this::confirm);
        }
        if (!before.equals(next.coordinator())) {
            List.copyOf(asked.values()).forEach(this::forward);
        }
        tick();
    }

    /** From time to time: whatever was lost is found out. */
    void tick() {
        if (!safe) {
            store();
        }
        if (!coordinates()) {
            world.send(view.coordinator(), new PeerMessage.Sum(entries.sum()));
        }
    }

    /** @param request of this peer's own counting */
    void propose(long request, String key, @Nullable String value) {
        PeerMessage.Propose propose = new PeerMessage.Propose(request, key, value);
        asked.put(request, propose);
        forward(propose);
    }

    /** Nobody waits for it any more. */
    void forget(long request) {
        asked.remove(request);
    }

    private void forward(PeerMessage.Propose propose) {
        if (coordinates()) {
            decide(self, propose);
        } else {
            world.send(view.coordinator(), propose);
        }
    }

    void receive(String from, PeerMessage.About message) {
        switch (message) {
            case PeerMessage.Propose propose -> decide(from, propose);
            case PeerMessage.Store store -> store(from, store.entry());
            case PeerMessage.Stored stored -> stored(from, stored.version());
            case PeerMessage.Answer answer -> answered(answer);
            case PeerMessage.Sum sum -> compare(from, sum.sum());
            case PeerMessage.Snapshot snapshot -> merge(from, snapshot);
        }
    }

    private boolean coordinates() {
        return view.coordinator().equals(self);
    }

    private void decide(String from, PeerMessage.Propose propose) {
        if (!coordinates()) {
            return; // it is asked again when both know who does
        }
        if (propose.key().equals(NOTHING) && propose.value() == null) {
            if (!from.equals(self)) {
                world.send(from, new PeerMessage.Snapshot(entries.all(), true)); // it arrives before the answer
            }
            answer(from, new PeerMessage.Answer(propose.request(), entries.newest(), ""));
            return;
        }
        String wrong = wrong(propose);
        if (wrong != null) {
            answer(from, new PeerMessage.Answer(propose.request(), Version.NONE, wrong));
            return;
        }
        Version version =
                new Version(entries.newest().number() + 1, view.members().size(), self);
        Entry entry = new Entry(propose.key(), propose.value(), version);
        entries.merge(entry);
        Pending mine = new Pending(from, propose.request(), new HashSet<>());
        pending.put(version, mine);
        if (store()) {
            mine.stored().add(self);
        }
        world.broadcast(new PeerMessage.Store(entry));
        world.changed(state());
        confirm(version);
    }

    private @Nullable String wrong(PeerMessage.Propose propose) {
        String value = propose.value();
        if (propose.key().isEmpty() || propose.key().length() > ClusterState.KEY_LENGTH) {
            return "A key of %d characters.\nMaybe use 1 to %d."
                    .formatted(propose.key().length(), ClusterState.KEY_LENGTH);
        }
        if (value != null && value.length() > ClusterState.VALUE_LENGTH) {
            return "The value of %s has %d characters.\nMaybe use %d at most."
                    .formatted(propose.key(), value.length(), ClusterState.VALUE_LENGTH);
        }
        if (entries.get(propose.key()) == null && entries.size() >= ClusterState.KEYS) {
            return "The cluster remembers %d keys already.\nMaybe use one of them again.".formatted(entries.size());
        }
        return null;
    }

    private void store(String from, Entry entry) {
        if (entries.merge(entry)) {
            store();
            world.changed(state());
        }
        if (safe) {
            world.send(from, new PeerMessage.Stored(entry.version()));
        }
    }

    private void stored(String from, Version version) {
        Pending waiting = pending.get(version);
        if (waiting != null) {
            waiting.stored().add(from);
            confirm(version);
        }
    }

    private void confirm(Version version) {
        Pending waiting = pending.get(version);
        if (waiting == null) {
            return;
        }
        long have = view.members().stream().filter(waiting.stored()::contains).count();
        if (have > view.members().size() / 2) {
            pending.remove(version);
            answer(waiting.from(), new PeerMessage.Answer(waiting.request(), version, ""));
        }
    }

    private void answer(String to, PeerMessage.Answer answer) {
        if (to.equals(self)) {
            answered(answer);
        } else {
            world.send(to, answer);
        }
    }

    private void answered(PeerMessage.Answer answer) {
        if (asked.remove(answer.request()) != null) {
            ExofluxException error =
                    answer.error().isEmpty() ? null : new ExofluxException(ErrorCode.INVALID_REQUEST, answer.error());
            world.answered(answer.request(), answer.version(), error);
        }
    }

    private void compare(String from, long sum) {
        if (coordinates() && sum != entries.sum()) {
            world.send(from, new PeerMessage.Snapshot(entries.all(), true));
        }
    }

    private void merge(String from, PeerMessage.Snapshot snapshot) {
        boolean news = entries.merge(snapshot.entries());
        if (news) {
            store();
            world.changed(state());
        }
        if (snapshot.answer()) {
            answerWithMore(from, snapshot.entries());
        } else if (news && coordinates()) {
            world.broadcast(new PeerMessage.Snapshot(entries.all(), false));
        }
    }

    /** What the sender of these does not know. */
    private void answerWithMore(String to, List<Entry> known) {
        Entries theirs = new Entries();
        theirs.merge(known);
        List<Entry> more = entries.all().stream()
                .filter(entry -> entry.supersedes(theirs.get(entry.key())))
                .toList();
        if (!more.isEmpty()) {
            world.send(to, new PeerMessage.Snapshot(more, false));
        }
    }

    /** Returns whether all that is known is on the disk. */
    private boolean store() {
        try {
            storage.write(entries.all());
            safe = true;
        } catch (IOException e) {
            if (safe) {
                LOG.error("The cluster's state cannot be written: {}. Maybe the disk is full.", e.toString());
            }
            safe = false;
        }
        return safe;
    }
}
