package dev.exoflux.mesh.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.PhysicalAddress;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.MPING;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.dns.DNS_PING;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.DiagnosticsHandler;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;

/**
 * The protocols of the group, from the sockets up. A killed member is noticed by its connections that close, one that is
 * silent by its missing heartbeats: {@code 1.5 + 0.3 + 0.6} seconds at most. No socket is opened beside the transport's and
 * the beacon's, and nothing answers who does not know the cluster's key.
 */
final class JGroupsStack {

    private static final int PORTS = 200;
    private static final String DNS = "dns:";

    private final ClusterSettings settings;
    private final InetAddress bind;
    private final ClusterKey key;
    private final Rejections rejections;

    JGroupsStack(ClusterSettings settings, InetAddress bind, ClusterKey key, Rejections rejections) {
        this.settings = settings;
        this.bind = bind;
        this.key = key;
        this.rejections = rejections;
    }

    /** @param beacon whether to multicast where there are no seeds */
    List<Protocol> protocols(boolean beacon) throws Exception {
        List<Protocol> protocols = new ArrayList<>();
        protocols.add(transport());
        protocols.add(new PlainMessages());
        protocols.add(discovery(beacon));
        // halves that were cut apart are looked for every max + 1.6 max at the latest: 1.3 seconds
        protocols.add(new MERGE3().setMinInterval(150).setMaxInterval(500));
        protocols.add(new FD_ALL3().setTimeout(1500).setInterval(300));
        protocols.add(new VERIFY_SUSPECT2().setTimeout(300));
        protocols.add(new NAKACK2().logDiscardMessages(false));
        protocols.add(new UNICAST3());
        protocols.add(new STABLE());
        protocols.add(new GMS()
                .setJoinTimeout(600)
                .setLeaveTimeout(1000)
                .setViewAckCollectionTimeout(1000)
                .printLocalAddress(false)
                .logViewWarnings(false));
        protocols.add(new UFC());
        protocols.add(new MFC());
        protocols.add(new FRAG2());
        return protocols;
    }

    private TCP transport() throws Exception {
        TCP tcp = new TCP();
        tcp.setSocketFactory(SealedSockets.factory(key, rejections));
        tcp.setBindAddress(bind).setBindPort(port()).setPortRange(PORTS);
        tcp.setDiagnosticsHandler(
                new DiagnosticsHandler(tcp.getLog(), tcp.getSocketFactory(), tcp.getThreadFactory()).setEnabled(false));
        // a thread for each peer: one that is slow to connect to must not keep heartbeats from the others
        tcp.setBundler(new PerDestinationBundler().useSingleSenderThread(false));
        tcp.setLogDiscardMessages(false);
        tcp.enableSuspectEvents(true)
                .setSockConnTimeout(1000)
                .tcpNodelay(true)
                .setMaxLength(16 << 20)
                .logDetails(false);
        return tcp;
    }

    /** JGroups wants to be told one where it thinks that others have to know it. */
    private int port() throws IOException {
        if (settings.port() != 0) {
            return settings.port();
        }
        try (ServerSocket any = new ServerSocket(0, 1, bind)) {
            return any.getLocalPort();
        }
    }

    /** Peers with seeds and peers without answer each other: to JGroups they all run the same protocol. */
    private Discovery discovery(boolean beacon) {
        Discovery chosen = choose(beacon);
        chosen.setId(ClassConfigurator.getProtocolId(MPING.class));
        return chosen;
    }

    private Discovery choose(boolean beacon) {
        if (!settings.seeds().isEmpty()) {
            return seeds();
        }
        if (!beacon) {
            return pinging(List.of());
        }
        SealedBeacon multicasts = new SealedBeacon(key, rejections);
        multicasts
                .setBindAddr(bind)
                .setMcastAddr(settings.beacon().getAddress())
                .setMcastPort(settings.beacon().getPort());
        multicasts.setTTL(1);
        return multicasts;
    }

    private Discovery seeds() {
        List<String> names = settings.seeds().stream()
                .filter(seed -> seed.startsWith(DNS))
                .map(seed -> seed.substring(DNS.length()))
                .toList();
        if (names.isEmpty()) {
            return pinging(settings.seeds().stream().map(this::seed).toList());
        }
        if (names.size() < settings.seeds().size()) {
            throw ClusterSettings.wrong("Seeds %s mix addresses with names to look up.\nMaybe use only one %sNAME."
                    .formatted(settings.seeds(), DNS));
        }
        return new DNS_PING().setDNSQuery(String.join(",", names));
    }

    private PhysicalAddress seed(String seed) {
        int colon = seed.lastIndexOf(':');
        boolean port = (colon > 0 && seed.indexOf(':') == colon) || (seed.startsWith("[") && seed.indexOf("]:") > 0);
        String host = port ? seed.substring(0, colon) : seed;
        String number = port ? seed.substring(colon + 1) : Integer.toString(ClusterSettings.DEFAULT_PORT);
        if (host.isBlank() || !number.matches("[0-9]{1,5}") || Integer.parseInt(number) > 65_535) {
            throw ClusterSettings.wrong("'%s' is no seed.\nMaybe use host:port, such as 192.168.1.20:%d."
                    .formatted(seed, ClusterSettings.DEFAULT_PORT));
        }
        InetSocketAddress address = new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), Integer.parseInt(number));
        if (address.isUnresolved()) {
            throw ClusterSettings.wrong("The seed %s is not known here.\nMaybe use its IP address.".formatted(seed));
        }
        return new IpAddress(address);
    }

    private static Discovery pinging(List<PhysicalAddress> addresses) {
        TCPPING ping = new TCPPING();
        ping.setInitialHosts2(addresses);
        return ping.setPortRange(0);
    }
}
