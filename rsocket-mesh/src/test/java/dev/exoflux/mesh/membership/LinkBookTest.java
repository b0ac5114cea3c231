package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mesh.membership.LinkProbe.Measured;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.PeerInterface;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LinkBookTest {

    private static final PeerInfo OWN = peer("a", "192.168.1.1", "10.9.9.1");

    private final LinkBook book = new LinkBook("a");
    private long now = -5;

    private static PeerInfo peer(String id, String ethernet, String wifi) {
        return PeerInfo.builder(id)
                .interfaces(List.of(
                        new PeerInterface("eth0", Link.Kind.ETHERNET, List.of(ethernet)),
                        new PeerInterface("wlan0", Link.Kind.WIFI, List.of(wifi))))
                .build();
    }

    private static Report report(PeerInfo peer) {
        return new Report(1, 1, peer, 7950, List.of());
    }

    private LinkBook.Way next() {
        return book.next(now).orElseThrow();
    }

    @Test
    void measuresEachAddressAndKeepsTheFastestOfEachKind() {
        book.peers(OWN, List.of(report(peer("b", "192.168.1.2", "10.9.9.2"))), now);
        LinkBook.Way first = next();
        assertThat(book.measured(first, new Measured(300, 1e8), now)).isTrue();
        LinkBook.Way second = next();
        assertThat(second.address()).isNotEqualTo(first.address());
        assertThat(book.measured(second, new Measured(2000, 1e7), now)).isTrue();
        assertThat(book.next(now)).isEmpty();
        assertThat(book.links())
                .hasSize(2)
                .allMatch(link -> link.from().equals("a") && link.to().equals("b"));

        now += Duration.ofMinutes(1).toNanos();
        assertThat(book.measured(next(), new Measured(310, 0.95e8), now)).isFalse();
        assertThat(book.measured(next(), new Measured(2000, 3e7), now)).isTrue();
    }

    @Test
    void measuresAllAgainInDoubtAndOnlyNewWaysWhileTokensFlow() {
        Report known = report(peer("b", "192.168.1.2", "10.9.9.2"));
        book.peers(OWN, List.of(known), now);
        book.measured(next(), new Measured(300, 1e8), now);
        book.measured(next(), new Measured(300, 1e8), now);
        assertThat(book.next(now)).isEmpty();

        book.doubt(now);
        assertThat(next().peer()).isEqualTo("b");
        assertThat(book.next(now, true)).isEmpty();

        book.peers(OWN, List.of(known, report(peer("c", "192.168.1.3", "10.9.9.3"))), now);
        assertThat(book.next(now, true))
                .hasValueSatisfying(way -> assertThat(way.peer()).isEqualTo("c"));
    }

    @Test
    void choosesAgainWhenAWayFailsAndTriesThatAgainSooner() {
        PeerInfo twoCables = PeerInfo.builder("b")
                .interfaces(
                        List.of(new PeerInterface("eth0", Link.Kind.ETHERNET, List.of("192.168.1.2", "172.20.0.2"))))
                .build();
        book.peers(OWN, List.of(report(twoCables)), now);
        LinkBook.Way fast = next();
        book.measured(fast, new Measured(30, 1e9), now);
        LinkBook.Way slow = next();
        book.measured(slow, new Measured(300, 1e8), now);
        assertThat(book.links()).singleElement().matches(link -> link.address().equals(fast.address()));

        assertThat(book.failed(fast, now)).isTrue();
        assertThat(book.links()).singleElement().matches(link -> link.address().equals(slow.address()));
        assertThat(book.failed(fast, now)).isFalse();
        assertThat(book.next(now)).isEmpty();
        now += Duration.ofSeconds(10).toNanos();
        assertThat(next()).isEqualTo(fast);
    }

    @Test
    void measuresNewcomersFirstAndForgetsWhoLeft() {
        book.peers(OWN, List.of(report(peer("b", "192.168.1.2", "10.9.9.2"))), now);
        for (int i = 0; i < 2; i++) {
            book.measured(next(), new Measured(300, 1e8), now);
        }
        now += Duration.ofMinutes(2).toNanos();
        book.peers(
                OWN,
                List.of(report(peer("b", "192.168.1.2", "10.9.9.2")), report(peer("c", "192.168.1.3", "10.9.9.3"))),
                now);
        assertThat(next().peer()).isEqualTo("c");
        book.peers(OWN, List.of(report(peer("c", "192.168.1.3", "10.9.9.3"))), now);
        assertThat(book.links()).isEmpty();
    }

    @Test
    void anAddressOfOnesOwnIsAnotherPeerOfThisMachine() {
        book.peers(OWN, List.of(report(peer("b", "192.168.1.1", "10.9.9.1"))), now);
        assertThat(next().kind()).isEqualTo(Link.Kind.LOOPBACK);
    }
}
