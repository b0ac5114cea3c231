package dev.exoflux.mesh.membership;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;

/** The address that the others most likely reach this machine at. */
final class BindAddress {

    /** Kept for documentation (RFC 5737): never answers, and nothing is sent to it. */
    private static final InetSocketAddress FAR_AWAY = new InetSocketAddress("198.51.100.1", 9);

    private BindAddress() {}

    /**
     * The address that packets leave with; without a default route that of the first interface with multicast, those of
     * containers and tunnels last; loopback on a machine without a network.
     */
    static InetAddress choose() {
        return routed().or(BindAddress::first).orElseGet(InetAddress::getLoopbackAddress);
    }

    private static Optional<InetAddress> routed() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(FAR_AWAY);
            return Optional.of(socket.getLocalAddress()).filter(BindAddress::reachable);
        } catch (SocketException | UncheckedIOException e) {
            return Optional.empty(); // no route
        }
    }

    private static Optional<InetAddress> first() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(BindAddress::multicasts)
                    .sorted(java.util.Comparator.comparing(BindAddress::virtual))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(BindAddress::reachable)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean reachable(InetAddress address) {
        return address instanceof Inet4Address && !address.isLoopbackAddress() && !address.isAnyLocalAddress();
    }

    private static boolean multicasts(NetworkInterface network) {
        try {
            return network.isUp() && network.supportsMulticast() && !network.isLoopback();
        } catch (SocketException e) {
            return false; // it went away just now
        }
    }

    private static boolean virtual(NetworkInterface network) {
        return network.getName().matches("(docker|br-|virbr|tun|tap|utun|wg|vmnet|awdl|llw).*");
    }
}
