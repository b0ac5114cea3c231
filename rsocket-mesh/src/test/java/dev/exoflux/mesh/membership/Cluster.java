package dev.exoflux.mesh.membership;

import static java.util.Objects.requireNonNull;

import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Replicas in one process, with a network that is cut and healed, and messages that arrive in order or are lost. */
final class Cluster {

    /** A disk that outlives its replica, and fails when it is told to. */
    static final class Disk implements Storage {
        private List<Entry> entries = List.of();
        boolean full;

        @Override
        public List<Entry> read() {
            return entries;
        }

        @Override
        public void write(List<Entry> next) throws IOException {
            if (full) {
                throw new IOException("no space left on device");
            }
            entries = next;
        }
    }

    private record Letter(String from, String to, PeerMessage.About message) {}

    private final class Node implements Replica.World {
        final String id;
        Replica replica;
        GroupView view;

        Node(String id) {
            this.id = id;
            this.replica = new Replica(id, disks.computeIfAbsent(id, its -> new Disk()), this);
            this.view = new GroupView(List.of(id));
        }

        @Override
        public void send(String to, PeerMessage.About message) {
            letters.add(new Letter(id, to, message));
        }

        @Override
        public void broadcast(PeerMessage.About message) {
            for (String member : view.members()) {
                if (!member.equals(id)) {
                    send(member, message);
                }
            }
        }

        @Override
        public void answered(long request, Version version, @Nullable ExofluxException error) {
            answers.put(id + " " + request, error == null ? version.toString() : String.valueOf(error.getMessage()));
        }

        @Override
        public void changed(ClusterState.State state) {}
    }

    final Map<String, Disk> disks = new HashMap<>();
    final Map<String, String> answers = new HashMap<>();
    private final TreeMap<String, Node> nodes = new TreeMap<>();
    private final ArrayDeque<Letter> letters = new ArrayDeque<>();
    private final SplittableRandom random;
    private double loss;

    Cluster(int size, long seed) {
        this.random = new SplittableRandom(seed);
        for (int i = 0; i < size; i++) {
            start("p%04d".formatted(i));
        }
    }

    void start(String id) {
        nodes.put(id, new Node(id));
    }

    void kill(String id) {
        nodes.remove(id);
    }

    void lose(double share) {
        loss = share;
    }

    Collection<String> ids() {
        return new TreeSet<>(nodes.keySet());
    }

    /** These see each other and nobody else; the first coordinates. */
    void group(List<String> members) {
        GroupView view = new GroupView(members);
        for (String member : members) {
            Node node = node(member);
            node.view = view;
            node.replica.view(view);
        }
    }

    void propose(String at, long request, String key, @Nullable String value) {
        node(at).replica.propose(request, key, value);
    }

    void tick() {
        nodes.values().forEach(node -> node.replica.tick());
    }

    /** Until nothing is on its way. */
    void deliver() {
        for (Letter letter = letters.poll(); letter != null; letter = letters.poll()) {
            Node from = nodes.get(letter.from());
            Node to = nodes.get(letter.to());
            if (from == null || to == null) {
                continue;
            }
            boolean connected = from.view.members().contains(letter.to())
                    && to.view.members().contains(letter.from());
            if (connected && random.nextDouble() >= loss) {
                to.replica.receive(letter.from(), letter.message());
            }
        }
    }

    ClusterState.State state(String id) {
        return node(id).replica.state();
    }

    Disk disk(String id) {
        return requireNonNull(disks.get(id), id);
    }

    private Node node(String id) {
        return requireNonNull(nodes.get(id), id);
    }

    /** What each of them knows, without repetition. */
    List<ClusterState.State> states() {
        return nodes.values().stream()
                .map(node -> node.replica.state())
                .distinct()
                .toList();
    }

    List<String> shuffled() {
        List<String> all = new ArrayList<>(nodes.keySet());
        for (int i = all.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            String moved = Objects.requireNonNull(all.set(i, all.get(other)));
            all.set(other, moved);
        }
        return all;
    }
}
