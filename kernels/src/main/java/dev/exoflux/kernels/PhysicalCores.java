package dev.exoflux.kernels;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** How many threads can compute at full speed: two on one core only take turns at its vector units. */
final class PhysicalCores {

    private static final Path CPUS = Path.of("/sys/devices/system/cpu");

    private PhysicalCores() {}

    /** Physical cores this process may use; where the system does not tell (only Linux does here), logical ones. */
    static int available() {
        int logical = Runtime.getRuntime().availableProcessors();
        Set<String> cores = new HashSet<>();
        int online = 0;
        try (DirectoryStream<Path> cpus = Files.newDirectoryStream(CPUS, "cpu[0-9]*")) {
            for (Path cpu : cpus) {
                Path siblings = cpu.resolve("topology/thread_siblings_list");
                if (Files.exists(siblings)) {
                    online++;
                    cores.add(Files.readString(siblings).strip());
                }
            }
        } catch (IOException e) {
            return logical;
        }
        return of(logical, online, cores.size());
    }

    /**
     * A process that may use a part of the logical processors is taken to have whole cores among them as far as they
     * reach.
     */
    static int of(int logical, int online, int cores) {
        if (cores == 0) {
            return logical;
        }
        int perCore = Math.max(1, online / cores);
        return Math.max(1, logical >= online ? cores : Math.min(cores, (logical + perCore - 1) / perCore));
    }
}
