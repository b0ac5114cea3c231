package dev.exoflux.mlx.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Devices, streams and memory. */
public final class DeviceCalls {

    private static final MethodHandle I_ = Downcalls.of(JAVA_INT);
    private static final MethodHandle I_A = Downcalls.of(JAVA_INT, ADDRESS);
    private static final MethodHandle I_AL = Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle I_ALA = Downcalls.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS);
    private static final MethodHandle I_L = Downcalls.of(JAVA_INT, JAVA_LONG);
    private static final MethodHandle L_ = Downcalls.of(JAVA_LONG);
    private static final MethodHandle L_L = Downcalls.of(JAVA_LONG, JAVA_LONG);
    private static final MethodHandle L_II = Downcalls.of(JAVA_LONG, JAVA_INT, JAVA_INT);

    private final MemorySegment metalIsAvailable;
    private final MemorySegment deviceNewType;
    private final MemorySegment setDefaultDevice;
    private final MemorySegment deviceFree;
    private final MemorySegment deviceInfoNew;
    private final MemorySegment deviceInfoGet;
    private final MemorySegment deviceInfoHasKey;
    private final MemorySegment deviceInfoGetString;
    private final MemorySegment deviceInfoGetSize;
    private final MemorySegment deviceInfoFree;
    private final MemorySegment defaultCpuStreamNew;
    private final MemorySegment defaultGpuStreamNew;
    private final MemorySegment streamNewDevice;
    private final MemorySegment getActiveMemory;
    private final MemorySegment setMemoryLimit;
    private final MemorySegment setCacheLimit;
    private final MemorySegment setWiredLimit;
    private final MemorySegment clearCache;
    private final MemorySegment disableCompile;

    DeviceCalls(Symbols symbols) {
        metalIsAvailable = symbols.address("mlx_metal_is_available");
        deviceNewType = symbols.address("mlx_device_new_type");
        setDefaultDevice = symbols.address("mlx_set_default_device");
        deviceFree = symbols.address("mlx_device_free");
        deviceInfoNew = symbols.address("mlx_device_info_new");
        deviceInfoGet = symbols.address("mlx_device_info_get");
        deviceInfoHasKey = symbols.address("mlx_device_info_has_key");
        deviceInfoGetString = symbols.address("mlx_device_info_get_string");
        deviceInfoGetSize = symbols.address("mlx_device_info_get_size");
        deviceInfoFree = symbols.address("mlx_device_info_free");
        defaultCpuStreamNew = symbols.address("mlx_default_cpu_stream_new");
        defaultGpuStreamNew = symbols.address("mlx_default_gpu_stream_new");
        streamNewDevice = symbols.address("mlx_stream_new_device");
        getActiveMemory = symbols.address("mlx_get_active_memory");
        setMemoryLimit = symbols.address("mlx_set_memory_limit");
        setCacheLimit = symbols.address("mlx_set_cache_limit");
        setWiredLimit = symbols.address("mlx_set_wired_limit");
        clearCache = symbols.address("mlx_clear_cache");
        disableCompile = symbols.address("mlx_disable_compile");
    }

    /** {@code int mlx_metal_is_available(bool* res)} */
    public int metalIsAvailable(MemorySegment res) {
        try {
            return (int) I_A.invokeExact(metalIsAvailable, res);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code mlx_device mlx_device_new_type(mlx_device_type type, int index)} */
    public long deviceNewType(int type, int index) {
        try {
            return (long) L_II.invokeExact(deviceNewType, type, index);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_set_default_device(mlx_device dev)} */
    public int setDefaultDevice(long dev) {
        try {
            return (int) I_L.invokeExact(setDefaultDevice, dev);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_device_free(mlx_device dev)} */
    public int deviceFree(long dev) {
        try {
            return (int) I_L.invokeExact(deviceFree, dev);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code mlx_device_info mlx_device_info_new()} */
    public long deviceInfoNew() {
        try {
            return (long) L_.invokeExact(deviceInfoNew);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_device_info_get(mlx_device_info* info, mlx_device dev)} */
    public int deviceInfoGet(MemorySegment info, long dev) {
        try {
            return (int) I_AL.invokeExact(deviceInfoGet, info, dev);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_device_info_has_key(bool* exists, mlx_device_info info, char* key)} */
    public int deviceInfoHasKey(MemorySegment exists, long info, MemorySegment key) {
        try {
            return (int) I_ALA.invokeExact(deviceInfoHasKey, exists, info, key);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_device_info_get_string(char** value, mlx_device_info info, char* key)} */
    public int deviceInfoGetString(MemorySegment value, long info, MemorySegment key) {
        try {
            return (int) I_ALA.invokeExact(deviceInfoGetString, value, info, key);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_device_info_get_size(size_t* value, mlx_device_info info, char* key)} */
    public int deviceInfoGetSize(MemorySegment value, long info, MemorySegment key) {
        try {
            return (int) I_ALA.invokeExact(deviceInfoGetSize, value, info, key);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_device_info_free(mlx_device_info info)} */
    public int deviceInfoFree(long info) {
        try {
            return (int) I_L.invokeExact(deviceInfoFree, info);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code mlx_stream mlx_default_cpu_stream_new()} */
    public long defaultCpuStreamNew() {
        try {
            return (long) L_.invokeExact(defaultCpuStreamNew);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code mlx_stream mlx_default_gpu_stream_new()} */
    public long defaultGpuStreamNew() {
        try {
            return (long) L_.invokeExact(defaultGpuStreamNew);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code mlx_stream mlx_stream_new_device(mlx_device dev)} */
    public long streamNewDevice(long dev) {
        try {
            return (long) L_L.invokeExact(streamNewDevice, dev);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_get_active_memory(size_t* res)} */
    public int getActiveMemory(MemorySegment res) {
        try {
            return (int) I_A.invokeExact(getActiveMemory, res);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_set_memory_limit(size_t* res, size_t limit)} */
    public int setMemoryLimit(MemorySegment res, long limit) {
        try {
            return (int) I_AL.invokeExact(setMemoryLimit, res, limit);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_set_cache_limit(size_t* res, size_t limit)} */
    public int setCacheLimit(MemorySegment res, long limit) {
        try {
            return (int) I_AL.invokeExact(setCacheLimit, res, limit);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_set_wired_limit(size_t* res, size_t limit)} */
    public int setWiredLimit(MemorySegment res, long limit) {
        try {
            return (int) I_AL.invokeExact(setWiredLimit, res, limit);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_clear_cache()} */
    public int clearCache() {
        try {
            return (int) I_.invokeExact(clearCache);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }

    /** {@code int mlx_disable_compile()} */
    public int disableCompile() {
        try {
            return (int) I_.invokeExact(disableCompile);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
    }
}
