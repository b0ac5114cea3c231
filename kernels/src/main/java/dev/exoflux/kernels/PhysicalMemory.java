package dev.exoflux.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much memory this process may still take without pushing the machine, or its container, over the edge. */
final class PhysicalMemory {

    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final Path CGROUP = Path.of("/sys/fs/cgroup");

    private PhysicalMemory() {}

    /** Bytes available, or {@link Long#MAX_VALUE} where the system does not say (then only {@code malloc} refuses). */
    static long available() {
        return Math.min(machine(), container());
    }

    private static long machine() {
        for (String line : lines(MEMINFO)) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return Long.MAX_VALUE;
    }

    /** Control group version 2, as seen from inside a container: its limit less what it uses and cannot drop. */
    private static long container() {
        List<String> limit = lines(CGROUP.resolve("memory.max"));
        List<String> used = lines(CGROUP.resolve("memory.current"));
        if (limit.isEmpty() || used.isEmpty() || limit.getFirst().equals("max")) {
            return Long.MAX_VALUE;
        }
        long left = Long.parseLong(limit.getFirst()) - Long.parseLong(used.getFirst()) + droppable();
        return Math.max(0, left);
    }

    /** File pages that the system gives up before it refuses memory: a mapped checkpoint is among them. */
    private static long droppable() {
        long bytes = 0;
        for (String line : lines(CGROUP.resolve("memory.stat"))) {
            if (line.startsWith("inactive_file ") || line.startsWith("active_file ")) {
                bytes += Long.parseLong(line.substring(line.indexOf(' ') + 1));
            }
        }
        return bytes;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // not Linux, or no control groups: nothing is known
        }
    }
}
