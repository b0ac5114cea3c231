package dev.exoflux.mesh.membership;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.PeerInfoBuilder;
import dev.exoflux.pipeline.placement.PeerInterface;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a peer says of its machine by itself. For one thread, which it may keep waiting. */
final class MachineFacts {

    private static final long MEMORY_STEP = 64L << 20;
    private static final double STEP = 0.03;

    private final PeerIdentity self;
    private final LocalPeer local;
    private final @Nullable InetAddress bind;
    private @Nullable Interfaces interfaces;

    /** @param bind the one address this peer is told to be reached at; null for every one it has */
    MachineFacts(PeerIdentity self, LocalPeer local, @Nullable InetAddress bind) {
        this.self = self;
        this.local = local;
        this.bind = bind;
    }

    PeerInfo gather(String host, SpeedProbe.Speed speed) {
        PeerInfoBuilder builder = PeerInfo.builder(self.id())
                .name(self.name())
                .host(host)
                .device(device())
                .cores(Runtime.getRuntime().availableProcessors())
                .weightBytesPerSecond(speed.weightBytesPerSecond())
                .gflops(speed.gflops())
                .diskFreeBytes(diskFree())
                .rdmaEnabled(interfaces().rdmaEnabled())
                .interfaces(reachable());
        return local.facts().apply(builder).build();
    }

    /** The processor's name as its system gives it. */
    static String device() {
        try {
            Path cpus = Path.of("/proc/cpuinfo");
            if (Files.exists(cpus)) {
                return Files.readAllLines(cpus).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElseGet(MachineFacts::architecture);
            }
        } catch (IOException e) {
            // then its architecture must do
        }
        return architecture();
    }

    private static String architecture() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }

    private List<PeerInterface> reachable() {
        InetAddress only = bind;
        List<PeerInterface> all = interfaces().list();
        if (only == null || only.isAnyLocalAddress()) {
            return all;
        }
        String address = Interfaces.text(only);
        return only.isLoopbackAddress()
                ? List.of(new PeerInterface("lo", Link.Kind.LOOPBACK, List.of(address)))
                : all.stream()
                        .filter(its -> its.addresses().contains(address) || its.kind() == Link.Kind.RDMA)
                        .toList();
    }

    private Interfaces interfaces() {
        Interfaces known = interfaces;
        if (known == null) {
            known = Interfaces.here();
            interfaces = known;
        }
        return known;
    }

    private long diskFree() {
        try {
            return Files.getFileStore(local.home()).getUsableSpace();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Whether the others should hear of it: anything but a little more or less memory and disk. */
    static boolean differ(PeerInfo before, PeerInfo now) {
        long memoryStep = Math.max(MEMORY_STEP, (long) (STEP * now.memoryTotalBytes()));
        boolean memory = Math.abs(before.memoryFreeBytes() - now.memoryFreeBytes()) >= memoryStep;
        boolean disk = Math.abs(before.diskFreeBytes() - now.diskFreeBytes()) >= STEP * before.diskFreeBytes();
        PeerInfo same = now.toBuilder()
                .memoryFreeBytes(before.memoryFreeBytes())
                .diskFreeBytes(before.diskFreeBytes())
                .build();
        return memory || (disk && before.diskFreeBytes() != now.diskFreeBytes()) || !same.equals(before);
    }
}
