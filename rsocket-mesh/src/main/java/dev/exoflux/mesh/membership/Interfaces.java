package dev.exoflux.mesh.membership;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInterface;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The network interfaces of this machine and what runs through them. */
final class Interfaces {

    private static final Pattern PORT = Pattern.compile("Hardware Port: (.+)\\R+Device: (\\S+)");
    private static final Pattern RDMA_DEVICE = Pattern.compile("^\\s*(rdma_\\S+)", Pattern.MULTILINE);
    private static final boolean MAC = System.getProperty("os.name").startsWith("Mac");

    private final Path classNet;
    private final Map<String, Link.Kind> macKinds;
    private final List<PeerInterface> rdma;
    private final boolean rdmaEnabled;

    private Interfaces(Path classNet, String hardwarePorts, String devices, String rdmaStatus) {
        this.classNet = classNet;
        this.macKinds = macKinds(hardwarePorts);
        this.rdma = rdma(devices);
        this.rdmaEnabled = rdmaStatus.strip().endsWith("enabled");
    }

    /** On macOS asks its tools, which takes a moment. */
    static Interfaces here() {
        return new Interfaces(
                Path.of("/sys/class/net"),
                MAC ? ask("networksetup", "-listallhardwareports") : "",
                MAC ? ask("ibv_devices") : "",
                MAC ? ask("rdma_ctl", "status") : "");
    }

    static Interfaces of(Path classNet, String hardwarePorts, String devices, String rdmaStatus) {
        return new Interfaces(classNet, hardwarePorts, devices, rdmaStatus);
    }

    boolean rdmaEnabled() {
        return rdmaEnabled;
    }

    /** Those that are up, with the addresses others may reach; RDMA devices have none. */
    List<PeerInterface> list() {
        List<PeerInterface> list = new ArrayList<>();
        try {
            for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
                List<String> addresses = network.inetAddresses()
                        .filter(Interfaces::reachable)
                        .map(Interfaces::text)
                        .toList();
                if (network.isUp() && !inside(network) && !addresses.isEmpty()) {
                    list.add(new PeerInterface(network.getName(), kind(network.getName()), addresses));
                }
            }
        } catch (SocketException e) {
            return rdma; // interfaces come and go: the next time will tell
        }
        list.addAll(rdma);
        return list;
    }

    /** Leads nowhere but to this machine and its containers. */
    private static boolean inside(NetworkInterface network) throws SocketException {
        return network.isLoopback() || network.getName().matches("(docker|br-|veth|virbr|vmnet|cni|flannel).*");
    }

    private static boolean reachable(InetAddress address) {
        return address instanceof Inet4Address || !address.isLinkLocalAddress();
    }

    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** What runs through the interface of that name. */
    Link.Kind kind(String name) {
        Link.Kind mac = macKinds.get(name);
        if (mac != null) {
            return mac;
        }
        Path its = classNet.resolve(name);
        if (name.startsWith("thunderbolt")) {
            return Link.Kind.THUNDERBOLT;
        }
        if (Files.isDirectory(its.resolve("wireless")) || Files.exists(its.resolve("phy80211"))) {
            return Link.Kind.WIFI;
        }
        // 1 is ARPHRD_ETHER of Linux: cables, and bridges and pairs that behave like them
        return read(its.resolve("type")).equals("1") ? Link.Kind.ETHERNET : Link.Kind.UNKNOWN;
    }

    private static Map<String, Link.Kind> macKinds(String hardwarePorts) {
        Map<String, Link.Kind> kinds = new HashMap<>();
        Matcher matcher = PORT.matcher(hardwarePorts);
        while (matcher.find()) {
            String port = matcher.group(1);
            if (port.contains("Wi-Fi") || port.contains("AirPort")) {
                kinds.put(matcher.group(2), Link.Kind.WIFI);
            } else if (port.contains("Thunderbolt") && !port.contains("Ethernet")) {
                kinds.put(matcher.group(2), Link.Kind.THUNDERBOLT);
            } else if (port.contains("Ethernet") || port.contains("LAN")) {
                kinds.put(matcher.group(2), Link.Kind.ETHERNET);
            }
        }
        return kinds;
    }

    private static List<PeerInterface> rdma(String devices) {
        return RDMA_DEVICE
                .matcher(devices)
                .results()
                .map(found -> new PeerInterface(found.group(1), Link.Kind.RDMA, List.of()))
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** What a tool prints; nothing where there is no such tool, or it takes more than some seconds. */
    private static String ask(String... command) {
        try {
            Path answer = Files.createTempFile("exoflux-", ".txt");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(answer.toFile())
                        .start();
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return "";
                }
                return Files.readString(answer, StandardCharsets.UTF_8);
            } finally {
                Files.deleteIfExists(answer);
            }
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
