package dev.exoflux.mesh.membership;

import static dev.exoflux.mesh.membership.PeerProcess.await;
import static dev.exoflux.mesh.membership.PeerProcess.awaitTogether;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mesh.membership.PeerProcess.Plan;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers as processes that are started, killed, stopped and started again. */
final class MembershipProcessTest {

    /** What users are promised for coming and going. */
    private static final Duration PROMISED = Duration.ofSeconds(3);

    private static final Duration SOON = PeerProcess.SOON;

    private final List<PeerProcess> all = new ArrayList<>();

    @TempDir
    Path home;

    private Plan plan = Plan.on(Path.of(""), 1);

    @BeforeEach
    void choosePort() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            plan = Plan.on(home, free.getLocalPort());
        }
    }

    @AfterEach
    void killAll() {
        all.forEach(PeerProcess::kill);
    }

    private PeerProcess start(Plan its) {
        PeerProcess peer = its.start();
        all.add(peer);
        return peer;
    }

    @Test
    void comesAndGoesWithinThreeSecondsAndLeavesNoGhost() {
        PeerProcess first = start(plan).joined();
        PeerProcess second = start(plan).joined();
        awaitTogether(PROMISED, first, second);
        PeerProcess third = start(plan).joined();
        awaitTogether(PROMISED, first, second, third);
        assertThat(first.coordinator()).isEqualTo(first.id());

        first.kill();
        awaitTogether(PROMISED, second, third);
        assertThat(second.coordinator()).isEqualTo(second.id());

        PeerProcess again = start(plan).joined();
        assertThat(again.id()).isEqualTo(first.id());
        awaitTogether(PROMISED, second, third, again);

        again.kill();
        PeerProcess atOnce = start(plan).joined(); // maybe before the others know that it was gone
        awaitTogether(PROMISED, second, third, atOnce);

        third.leave();
        awaitTogether(PROMISED, second, atOnce);
        await(SOON, () -> second.links() == 2 && atOnce.links() == 2);
    }

    @Test
    void threeThatStartAtOnceFindEachOther() {
        PeerProcess first = start(plan);
        PeerProcess second = start(plan);
        PeerProcess third = start(plan);
        awaitTogether(SOON, first.joined(), second.joined(), third.joined());
        assertThat(List.of(first.id(), second.id(), third.id())).doesNotHaveDuplicates();
    }

    @Test
    void oneThatWasStoppedLeavesAndComesBackByItself() {
        PeerProcess first = start(plan).joined();
        PeerProcess second = start(plan).joined();
        PeerProcess third = start(plan).joined();
        awaitTogether(SOON, first, second, third);
        for (PeerProcess stopped : List.of(first, third)) {
            stopped.signal("STOP");
            PeerProcess[] others = all.stream().filter(peer -> peer != stopped).toArray(PeerProcess[]::new);
            awaitTogether(PROMISED, others);
            others[0].tell("put while-stopped " + stopped.id());
            await(SOON, () -> others[1].state().contains(stopped.id()));
            stopped.signal("CONT");
            awaitTogether(SOON, first, second, third);
            await(SOON, () -> stopped.state().contains(stopped.id()));
        }
    }

    @Test
    void aRestartOfAllKeepsWhatWasDecided() {
        PeerProcess first = start(plan).joined();
        PeerProcess second = start(plan).joined();
        PeerProcess third = start(plan).joined();
        awaitTogether(SOON, first, second, third);
        second.tell("put tiny 3 stages");
        third.tell("put other x");
        await(SOON, () -> second.said("decided tiny") && third.said("decided other"));
        third.tell("remove other");
        await(SOON, () -> all.stream().allMatch(peer -> peer.state().endsWith("{tiny=3 stages}")));
        all.forEach(PeerProcess::kill);
        all.clear();
        PeerProcess one = start(plan).joined();
        await(SOON, () -> one.state().endsWith("{tiny=3 stages}"));
        PeerProcess two = start(plan.home(home.resolve("new"))).joined();
        awaitTogether(SOON, one, two);
        await(SOON, () -> two.state().endsWith("{tiny=3 stages}"));
    }

    @Test
    void seedsFindPeersWithoutMulticastAndClustersStayApart() {
        PeerProcess first = start(plan.secret("a common secret")).joined();
        PeerProcess other =
                start(plan.cluster("other").secret("a common secret")).joined();
        PeerProcess open = start(plan).joined();
        PeerProcess wrong = start(plan.secret("another secret").seeds("127.0.0.1:" + first.port()))
                .joined();
        PeerProcess seeded = start(plan.secret("a common secret").seeds("127.0.0.1:" + first.port()))
                .joined();
        awaitTogether(SOON, first, seeded);
        assertThat(List.of(other, open, wrong))
                .allSatisfy(alone -> assertThat(alone.peers()).containsExactly(alone.id()));
    }
}
