package dev.exoflux.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What Linux confines this process to, in versions 1 and 2 of control groups: a container sees its own group as the root,
 * a service sees the path to it, and every group on the path counts.
 */
final class ControlGroup {

    private static final Path MEMBERSHIP = Path.of("/proc/self/cgroup");
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    /** Version 1 says so, rounded to pages, for no limit. */
    private static final long BOUNDLESS = 1L << 60;

    private final List<Path> groups = new ArrayList<>();

    private ControlGroup(Path root, List<String> membership) {
        groups.add(root);
        for (String line : membership) {
            String[] parts = line.split(":", 3); // number, controllers, path
            if (parts.length == 3 && parts[1].isEmpty()) {
                addUpwards(root, parts[2]);
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                addUpwards(root.resolve("memory"), parts[2]);
            }
        }
    }

    /** From its directories at this moment: a process may be moved. */
    static ControlGroup here() {
        return of(ROOT, lines(MEMBERSHIP));
    }

    static ControlGroup of(Path root, List<String> membership) {
        return new ControlGroup(root, membership);
    }

    private void addUpwards(Path root, String path) {
        Path group = root.resolve(path.replaceAll("^/+", "")).normalize();
        while (group != null && group.startsWith(root)) {
            groups.add(group);
            group = group.getParent();
        }
    }

    /** Bytes all processes of the group may have; {@link Long#MAX_VALUE} where there is no limit. */
    long limit() {
        return groups.stream().mapToLong(ControlGroup::limit).min().orElse(Long.MAX_VALUE);
    }

    /** Bytes until the limit, those that the system would drop counted as free. */
    long left() {
        return groups.stream().mapToLong(ControlGroup::left).min().orElse(Long.MAX_VALUE);
    }

    private static long limit(Path group) {
        long limit = Math.min(number(group.resolve("memory.max")), number(group.resolve("memory.limit_in_bytes")));
        return limit >= BOUNDLESS ? Long.MAX_VALUE : limit;
    }

    private static long left(Path group) {
        long limit = limit(group);
        long used = Math.min(number(group.resolve("memory.current")), number(group.resolve("memory.usage_in_bytes")));
        return limit == Long.MAX_VALUE || used == Long.MAX_VALUE ? limit : Math.max(0, limit - used + droppable(group));
    }

    /** File pages that the system gives up before it refuses memory: a mapped checkpoint is among them. */
    private static long droppable(Path group) {
        List<String> stat = lines(group.resolve("memory.stat"));
        boolean totals = stat.stream().anyMatch(line -> line.startsWith("total_")); // version 1: with groups below
        String prefix = totals ? "total_" : "";
        return stat.stream()
                .filter(line -> line.startsWith(prefix + "inactive_file ") || line.startsWith(prefix + "active_file "))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private static long number(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() || !lines.getFirst().matches("[0-9]{1,18}")
                ? Long.MAX_VALUE
                : Long.parseLong(lines.getFirst());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // not Linux, or no such control: nothing is known
        }
    }
}
