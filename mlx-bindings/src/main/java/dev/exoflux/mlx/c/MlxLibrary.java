package dev.exoflux.mlx.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;

/**
 * MLX's C layer, opened and found to be one we know. Lives as long as the process: MLX has threads of its own, and a library
 * with threads cannot be unloaded.
 */
@SuppressWarnings("restricted") // loading a library is what this is for
public final class MlxLibrary {

    private static final MethodHandle SET_ERROR_HANDLER = Downcalls.ofVoid(ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle VERSION = Downcalls.of(JAVA_INT, ADDRESS);
    private static final MethodHandle STRING_DATA = Downcalls.of(ADDRESS, Downcalls.HANDLE);
    private static final MethodHandle STRING_FREE = Downcalls.of(JAVA_INT, Downcalls.HANDLE);

    private final Path path;
    private final Release release;
    private final ArrayCalls arrays;
    private final OpCalls ops;
    private final ModelCalls model;
    private final DeviceCalls devices;

    private MlxLibrary(Path path, Release release, Symbols symbols) {
        this.path = path;
        this.release = release;
        this.arrays = new ArrayCalls(symbols);
        this.ops = new OpCalls(symbols);
        this.model = new ModelCalls(symbols);
        this.devices = new DeviceCalls(symbols);
    }

    /**
     * Loads the library, has its errors reported to {@link ErrorText}, and only then asks it anything.
     *
     * @throws ExofluxException INVALID_CONFIGURATION for one that cannot be loaded, is of another version or lacks a function
     */
    public static MlxLibrary open(Path path) {
        Symbols symbols = new Symbols(path, load(path));
        MemorySegment setErrorHandler = symbols.address("mlx_set_error_handler");
        MemorySegment version = symbols.address("mlx_version");
        MemorySegment stringData = symbols.address("mlx_string_data");
        MemorySegment stringFree = symbols.address("mlx_string_free");
        symbols.requireAll("it is another library: MLX's C layer is called mlx-c.");
        String found;
        try {
            SET_ERROR_HANDLER.invokeExact(setErrorHandler, errorHandler(), MemorySegment.NULL, MemorySegment.NULL);
            found = version(version, stringData, stringFree);
        } catch (Throwable e) {
            throw Downcalls.impossible(e);
        }
        Release release = Release.of(found).orElseThrow(() -> refused(path, found));
        symbols.address(release.mark());
        MlxLibrary library = new MlxLibrary(path, release, symbols);
        symbols.requireAll("it was built from another version of mlx-c than %s, which goes with MLX %s."
                .formatted(release.layer(), release.mlx()));
        return library;
    }

    private static SymbolLookup load(Path path) {
        try {
            return SymbolLookup.libraryLookup(path, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s cannot be loaded: %s.%nMaybe it is damaged, or MLX itself is not where it was; install it anew."
                            .formatted(path, reason(path, e)),
                    e);
        }
    }

    /** What the system says, which {@link SymbolLookup} keeps to itself. */
    private static String reason(Path path, IllegalArgumentException failure) {
        try {
            System.load(path.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError e) {
            return String.valueOf(e.getMessage());
        }
        return String.valueOf(failure.getMessage());
    }

    private static MemorySegment errorHandler() throws NoSuchMethodException, IllegalAccessException {
        MethodHandle report = MethodHandles.lookup()
                .findStatic(
                        ErrorText.class,
                        "report",
                        MethodType.methodType(void.class, MemorySegment.class, MemorySegment.class));
        return Linker.nativeLinker().upcallStub(report, FunctionDescriptor.ofVoid(ADDRESS, ADDRESS), Arena.global());
    }

    private static String version(MemorySegment version, MemorySegment data, MemorySegment free) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cell = arena.allocate(ValueLayout.JAVA_LONG);
            if ((int) VERSION.invokeExact(version, cell) != 0) {
                return "unknown (" + ErrorText.take() + ")";
            }
            long string = cell.get(ValueLayout.JAVA_LONG, 0);
            String text = Downcalls.text((MemorySegment) STRING_DATA.invokeExact(data, string));
            int freed = (int) STRING_FREE.invokeExact(free, string);
            assert freed == 0;
            return text;
        }
    }

    private static ExofluxException refused(Path path, String found) {
        return new ExofluxException(
                ErrorCode.INVALID_CONFIGURATION,
                "%s is of MLX %s; this version of exoflux knows MLX %s.%nMaybe install that one, or set %s to where it is."
                        .formatted(path, found, Release.known(), LibrarySearch.HOME));
    }

    /** Where it was loaded from. */
    public Path path() {
        return path;
    }

    public Release release() {
        return release;
    }

    /** Arrays and vectors of them. */
    public ArrayCalls arrays() {
        return arrays;
    }

    /** Elements and shapes. */
    public OpCalls ops() {
        return ops;
    }

    /** What a transformer is made of. */
    public ModelCalls model() {
        return model;
    }

    /** Devices, streams and memory. */
    public DeviceCalls devices() {
        return devices;
    }
}
