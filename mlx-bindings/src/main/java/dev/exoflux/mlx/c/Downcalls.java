package dev.exoflux.mlx.c;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Handles that call any function of one shape: the function's address is their first argument. Constants, so that the
 * compiler sees through them, while which library is called stays open.
 */
@SuppressWarnings("restricted") // calling C is what this is for
final class Downcalls {

    private static final Linker LINKER = Linker.nativeLinker();

    private Downcalls() {}

    static MethodHandle of(MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(FunctionDescriptor.of(result, arguments));
    }

    /** A getter that neither blocks nor calls back: without the thread's change of state it costs a third. */
    static MethodHandle getter(MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(FunctionDescriptor.of(result, arguments), Linker.Option.critical(false));
    }

    static MethodHandle ofVoid(MemoryLayout... arguments) {
        return LINKER.downcallHandle(FunctionDescriptor.ofVoid(arguments));
    }

    /** A handle throws nothing of its own but what a wrong shape makes it throw. */
    static Error impossible(Throwable thrown) {
        if (thrown instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (thrown instanceof Error error) {
            return error;
        }
        return new AssertionError(thrown);
    }

    /** The text at {@code address}, which ends with a zero. */
    static String text(MemorySegment address) {
        return address.reinterpret(Long.MAX_VALUE).getString(0);
    }

    static final ValueLayout.OfLong HANDLE = ValueLayout.JAVA_LONG;
}
