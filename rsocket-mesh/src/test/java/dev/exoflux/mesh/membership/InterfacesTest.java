package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.placement.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InterfacesTest {

    /** In the form of {@code networksetup -listallhardwareports}. */
    private static final String PORTS = """

            Hardware Port: Ethernet
            Device: en0
            Ethernet Address: 00:00:00:00:00:01

            Hardware Port: Wi-Fi
            Device: en1
            Ethernet Address: 00:00:00:00:00:02

            Hardware Port: Thunderbolt 1
            Device: en2
            Ethernet Address: 00:00:00:00:00:03

            Hardware Port: Thunderbolt Bridge
            Device: bridge0
            Ethernet Address: 00:00:00:00:00:03

            Hardware Port: Thunderbolt Ethernet Slot 1
            Device: en9
            Ethernet Address: 00:00:00:00:00:04

            Hardware Port: USB 10/100/1000 LAN
            Device: en10
            Ethernet Address: 00:00:00:00:00:05
            """;

    /** In the form of {@code ibv_devices}. */
    private static final String DEVICES = """
                device          \t   node GUID
                ------          \t----------------
                rdma_en2        \t0000000000000001
                rdma_en3        \t0000000000000002
            """;

    @TempDir
    Path sys;

    @Test
    void knowsThePortsOfAMac() {
        Interfaces mac = Interfaces.of(sys, PORTS, DEVICES, "enabled\n");
        assertThat(mac.kind("en0")).isEqualTo(Link.Kind.ETHERNET);
        assertThat(mac.kind("en1")).isEqualTo(Link.Kind.WIFI);
        assertThat(mac.kind("en2")).isEqualTo(Link.Kind.THUNDERBOLT);
        assertThat(mac.kind("bridge0")).isEqualTo(Link.Kind.THUNDERBOLT);
        assertThat(mac.kind("en9")).isEqualTo(Link.Kind.ETHERNET);
        assertThat(mac.kind("en10")).isEqualTo(Link.Kind.ETHERNET);
        assertThat(mac.kind("utun3")).isEqualTo(Link.Kind.UNKNOWN);
        assertThat(mac.rdmaEnabled()).isTrue();
        assertThat(mac.list().stream()
                        .filter(its -> its.kind() == Link.Kind.RDMA)
                        .map(its -> its.name()))
                .containsExactly("rdma_en2", "rdma_en3");
    }

    @Test
    void knowsTheInterfacesOfLinux() throws IOException {
        for (String name : new String[] {"eth0", "wlan0", "thunderbolt0", "tun0"}) {
            Files.createDirectories(sys.resolve(name));
            Files.writeString(sys.resolve(name).resolve("type"), name.equals("tun0") ? "65534\n" : "1\n");
        }
        Files.createDirectories(sys.resolve("wlan0/wireless"));
        Interfaces linux = Interfaces.of(sys, "", "", "");
        assertThat(linux.kind("eth0")).isEqualTo(Link.Kind.ETHERNET);
        assertThat(linux.kind("wlan0")).isEqualTo(Link.Kind.WIFI);
        assertThat(linux.kind("thunderbolt0")).isEqualTo(Link.Kind.THUNDERBOLT);
        assertThat(linux.kind("tun0")).isEqualTo(Link.Kind.UNKNOWN);
        assertThat(linux.rdmaEnabled()).isFalse();
    }

    @Test
    void listsNoAddressThatOthersCannotReach() {
        assertThat(Interfaces.here().list())
                .allSatisfy(its -> assertThat(its.addresses())
                        .noneMatch(address ->
                                address.startsWith("127.") || address.startsWith("fe80") || address.contains("%")));
    }
}
