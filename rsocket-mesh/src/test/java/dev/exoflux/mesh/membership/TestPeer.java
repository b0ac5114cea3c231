package dev.exoflux.mesh.membership;

import dev.exoflux.pipeline.placement.PeerInfo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A peer as a process of its own: says on its output what it sees, and does what it reads from its input. */
final class TestPeer {

    private TestPeer() {}

    /** HOME CLUSTER SECRET|- BIND PORT SEEDS|- BEACON-PORT */
    public static void main(String[] args) throws IOException {
        ClusterSettings settings = ClusterSettings.defaults()
                .withCluster(args[1])
                .withSecret(args[2].equals("-") ? null : args[2])
                .withBind(InetAddress.getByName(args[3]))
                .withPort(Integer.parseInt(args[4]))
                .withSeeds(args[5].equals("-") ? List.of() : List.of(args[5].split(",")))
                .withBeacon(new InetSocketAddress("239.192.38.71", Integer.parseInt(args[6])));
        Path home = Path.of(args[0]);
        LocalPeer local = new LocalPeer(home, facts -> facts.httpPort(1), SpeedProbe.none(), () -> false);
        try (PeerIdentity identity = PeerIdentity.claim(home);
                Membership membership = Membership.join(settings, identity, local)) {
            say("joined " + membership.self() + " " + membership.port());
            membership
                    .topologies()
                    .subscribe(topology -> say("peers %s %s links %d"
                            .formatted(
                                    topology.coordinator(),
                                    topology.peers().stream().map(PeerInfo::id).collect(Collectors.joining(",")),
                                    topology.links().size())));
            membership.state().states().subscribe(state -> say("state " + state.newest() + " " + state.values()));
            obey(membership);
        }
    }

    private static void obey(Membership membership) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("leave"); line = in.readLine()) {
            String[] words = line.split(" ", 3);
            switch (words[0]) {
                case "put" -> report(membership.state().put(words[1], words[2]), words[1]);
                case "remove" -> report(membership.state().remove(words[1]), words[1]);
                default -> say("what is " + line + "?");
            }
        }
    }

    private static void report(reactor.core.publisher.Mono<Version> decision, String key) {
        decision.subscribe(
                version -> say("decided " + key + " " + version), error -> say("failed " + key + " " + error));
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
        }
    }
}
