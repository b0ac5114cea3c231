package dev.exoflux.mlx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.management.OperatingSystemMXBean;
import dev.exoflux.mlx.c.DeviceCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * What MLX computes on, set up once: Metal where there is one, else the processor.
 *
 * @param metal whether it is the GPU of a Mac
 * @param name as MLX has it, such as {@code Apple M3 Ultra}
 * @param memory bytes of the device, or of the machine or container
 * @param workingSet bytes that weights, caches and activations may take together
 * @param streams handles; what is enqueued on one of a processor's streams is computed by one thread
 */
record MlxDevice(boolean metal, String name, long memory, long workingSet, List<Long> streams) {

    private static final int CPU = 0;
    private static final int GPU = 1;

    /** Threads that compute on a processor: each costs a product some 15 us of waiting for another. */
    private static final int MOST_STREAMS = 8;

    /** Freed buffers that MLX keeps for the next pass: enough for that, and little of what a larger model could use. */
    private static final long MOST_CACHE = 1L << 30;

    /**
     * Called on MLX's thread, before anything else that computes.
     *
     * @param most bytes that may be taken; 0 for as many as are recommended
     */
    static MlxDevice open(DeviceCalls calls, long most) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cell = arena.allocate(JAVA_LONG);
            calls.metalIsAvailable(cell);
            boolean metal = cell.get(JAVA_BOOLEAN, 0);
            long device = calls.deviceNewType(metal ? GPU : CPU, 0);
            calls.setDefaultDevice(device);
            List<Long> streams = metal ? List.of(calls.defaultGpuStreamNew()) : cores(calls, device);
            Facts info = new Facts(calls, device, arena);
            long memory = info.size("memory_size", machineMemory());
            long recommended = info.size("max_recommended_working_set_size", machineMemory() / 4 * 3);
            long workingSet = most > 0 ? Math.min(most, recommended) : recommended;
            MlxDevice opened = new MlxDevice(metal, info.text("device_name", "CPU"), memory, workingSet, streams);
            info.close();
            calls.deviceFree(device);
            opened.limit(calls, cell);
            return opened;
        }
    }

    /** A stream for every core, so that all of them compute. */
    private static List<Long> cores(DeviceCalls calls, long device) {
        List<Long> streams = new ArrayList<>(List.of(calls.defaultCpuStreamNew()));
        int cores = Math.min(Runtime.getRuntime().availableProcessors(), MOST_STREAMS);
        while (streams.size() < cores) {
            streams.add(calls.streamNewDevice(device));
        }
        return List.copyOf(streams);
    }

    /** The stream that everything is enqueued on but parts of products. */
    long stream() {
        return streams.getFirst();
    }

    /** The stream that computes this part of a product; of the first part it is that of everything else. */
    long stream(int part) {
        return streams.get(part % streams.size());
    }

    /** Bytes of freed buffers that MLX may keep. */
    long mostCache() {
        return Math.min(MOST_CACHE, workingSet / 8);
    }

    private void limit(DeviceCalls calls, MemorySegment cell) {
        calls.setMemoryLimit(cell, workingSet);
        calls.setCacheLimit(cell, mostCache());
        if (metal) {
            calls.setWiredLimit(cell, workingSet); // before macOS 15 it can do nothing, and says so
        } else {
            calls.disableCompile(); // it would run a C++ compiler in the middle of a request
        }
    }

    private static long machineMemory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    /** What MLX knows of a device, by key. */
    private static final class Facts {

        private final DeviceCalls calls;
        private final Arena arena;
        private final long handle;

        Facts(DeviceCalls calls, long device, Arena arena) {
            this.calls = calls;
            this.arena = arena;
            MemorySegment cell = arena.allocate(JAVA_LONG);
            cell.set(JAVA_LONG, 0, calls.deviceInfoNew());
            calls.deviceInfoGet(cell, device);
            this.handle = cell.get(JAVA_LONG, 0);
        }

        long size(String key, long otherwise) {
            MemorySegment cell = arena.allocate(JAVA_LONG);
            return has(key) && calls.deviceInfoGetSize(cell, handle, arena.allocateFrom(key)) == 0
                    ? cell.get(JAVA_LONG, 0)
                    : otherwise;
        }

        @SuppressWarnings("restricted") // it ends with a zero
        String text(String key, String otherwise) {
            MemorySegment cell = arena.allocate(ADDRESS);
            return has(key) && calls.deviceInfoGetString(cell, handle, arena.allocateFrom(key)) == 0
                    ? cell.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0)
                    : otherwise;
        }

        private boolean has(String key) {
            MemorySegment cell = arena.allocate(JAVA_INT);
            return calls.deviceInfoHasKey(cell, handle, arena.allocateFrom(key)) == 0 && cell.get(JAVA_BOOLEAN, 0);
        }

        void close() {
            calls.deviceInfoFree(handle);
        }
    }
}
