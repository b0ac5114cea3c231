package dev.exoflux.shell.cluster;

import static dev.exoflux.shell.cluster.Commands.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Several hosts on one machine: a network namespace each, with a cable to a switch that this process reaches too. Cables are
 * pulled, and hosts moved to a second switch that only this process connects with the first. Where namespaces cannot be made
 * all hosts are loopback, and {@link #separate} is false.
 */
final class TestNetwork implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("exo([0-9]+)[hs][0-9]+");
    private static final String[] SWITCHES = {"s0", "s1"};

    private final String name = "exo" + ProcessHandle.current().pid();
    private final String subnet = subnet(ProcessHandle.current().pid());
    private final boolean separate;
    private final List<Integer> httpPorts = new ArrayList<>();
    private final Thread onExit = new Thread(this::remove);

    private TestNetwork(int hosts, boolean separate) {
        this.separate = separate;
        for (int host = 0; host < hosts; host++) {
            httpPorts.add(separate ? 8080 : freePort());
        }
    }

    /** Before there is one. */
    static TestNetwork none() {
        return new TestNetwork(0, false);
    }

    static TestNetwork of(int hosts) {
        TestNetwork network = new TestNetwork(hosts, possible());
        if (network.separate) {
            removeWhatOthersLeft();
            network.remove(); // what a network of this process has left that could not be made
            Runtime.getRuntime().addShutdownHook(network.onExit);
            network.make(hosts);
        }
        System.out.printf("A network of %d hosts: %s%n", hosts, network);
        return network;
    }

    private static boolean possible() {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        boolean tool =
                Pattern.compile(":").splitAsStream(path).anyMatch(place -> Files.isExecutable(Path.of(place, "ip")));
        String trial = "exo" + ProcessHandle.current().pid() + "h31";
        return tool
                && Commands.attempt("ip", "netns", "add", trial).code() == 0
                && Commands.attempt("ip", "netns", "del", trial).code() == 0;
    }

    /** Two builds at once on one machine have different ones. */
    private static String subnet(long pid) {
        return "10.%d.%d.".formatted(64 + pid / 256 % 128, pid % 256);
    }

    private static int freePort() {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void make(int hosts) {
        String mac = "02:00:5e:%02x:%02x:01"
                .formatted(
                        ProcessHandle.current().pid() / 256 % 256,
                        ProcessHandle.current().pid() % 256);
        for (String its : SWITCHES) {
            run("ip", "link", "add", name + its, "type", "bridge", "mcast_snooping", "0");
            run("ip", "link", "set", name + its, "address", mac, "up"); // the same: hosts that are moved know it
        }
        run("ip", "addr", "add", subnet + "1/24", "dev", name + SWITCHES[0]);
        for (int host = 0; host < hosts; host++) {
            String namespace = name + "h" + host;
            run("ip", "netns", "add", namespace);
            run("ip", "link", "add", namespace, "type", "veth", "peer", "name", "eth0", "netns", namespace);
            run("ip", "-n", namespace, "addr", "add", address(host) + "/24", "dev", "eth0");
            run("ip", "-n", namespace, "link", "set", "lo", "up");
            run("ip", "-n", namespace, "link", "set", "eth0", "up");
            run("ip", "-n", namespace, "route", "add", "default", "via", subnet + "1");
            run("ip", "link", "set", namespace, "master", name + SWITCHES[0], "up");
        }
    }

    /** Whether hosts are apart, so that cables can be pulled. */
    boolean separate() {
        return separate;
    }

    String address(int host) {
        return separate ? subnet + (10 + host) : "127.0.0.1";
    }

    int httpPort(int host) {
        return httpPorts.get(host);
    }

    /** What a command begins with to run on that host. */
    List<String> prefix(int host) {
        return separate ? List.of("ip", "netns", "exec", name + "h" + host) : List.of();
    }

    /** Pulls its cable: nobody reaches it any more, this process neither. */
    void cut(int host) {
        run("ip", "link", "set", name + "h" + host, "down");
    }

    void mend(int host) {
        run("ip", "link", "set", name + "h" + host, "up");
    }

    /** These see each other, and nobody else sees them but this process. */
    void part(int... hosts) {
        for (int host : hosts) {
            plug(host, SWITCHES[1]);
            run("ip", "route", "replace", address(host) + "/32", "dev", name + SWITCHES[1], "src", subnet + "1");
        }
    }

    /** All see each other again, every cable in its place. */
    void heal() {
        if (!separate) {
            return;
        }
        for (int host = 0; host < httpPorts.size(); host++) {
            mend(host);
            plug(host, SWITCHES[0]);
            Commands.attempt("ip", "route", "del", address(host) + "/32", "dev", name + SWITCHES[1]);
        }
    }

    private void plug(int host, String where) {
        run("ip", "link", "set", name + "h" + host, "master", name + where);
    }

    @Override
    public void close() {
        if (separate) {
            remove();
            Runtime.getRuntime().removeShutdownHook(onExit);
        }
    }

    private void remove() {
        remove(name);
    }

    /** Cables first: a namespace keeps its own for as long as a process that is just ending is in it. */
    private static void remove(String name) {
        List<String> hosts =
                IntStream.range(0, 32).mapToObj(host -> name + "h" + host).toList();
        hosts.stream()
                .filter(its -> Files.exists(Path.of("/sys/class/net", its)))
                .forEach(its -> Commands.attempt("ip", "link", "del", its));
        hosts.stream()
                .filter(its -> Files.exists(Path.of("/run/netns", its)))
                .forEach(its -> Commands.attempt("ip", "netns", "del", its));
        for (String its : SWITCHES) {
            Commands.attempt("ip", "link", "del", name + its);
        }
    }

    /** A JVM that was killed removed nothing. */
    private static void removeWhatOthersLeft() {
        Matcher found = NAME.matcher(run("ip", "-o", "link"));
        while (found.find()) {
            if (ProcessHandle.of(Long.parseLong(found.group(1))).isEmpty()) {
                remove("exo" + found.group(1));
            }
        }
    }

    @Override
    public String toString() {
        return separate ? "network namespaces " + name + ", " + subnet + "0/24" : "loopback, no namespaces here";
    }
}
