package dev.exoflux.kernels;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Memory of this machine, or of the container this process is confined to: what it has and what may still be taken. */
public final class PhysicalMemory {

    private static final boolean MAC = System.getProperty("os.name").startsWith("Mac");
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private PhysicalMemory() {}

    /** Bytes this process may still take without pushing the machine, or its container, over the edge. */
    public static long available() {
        return Math.min(machine(), ControlGroup.here().left());
    }

    /** Bytes there are, for all that run here. */
    public static long total() {
        return Math.min(SYSTEM.getTotalMemorySize(), ControlGroup.here().limit());
    }

    private static long machine() {
        if (MAC) {
            return MacMemory.available();
        }
        try {
            return available(Files.readAllLines(MEMINFO));
        } catch (IOException e) {
            return SYSTEM.getFreeMemorySize(); // neither Linux nor macOS: less than could be had
        }
    }

    private static long available(List<String> meminfo) {
        for (String line : meminfo) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return SYSTEM.getFreeMemorySize();
    }
}
