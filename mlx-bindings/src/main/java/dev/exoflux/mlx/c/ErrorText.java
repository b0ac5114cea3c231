package dev.exoflux.mlx.c;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What MLX said when a call failed. It calls {@link #report} on the thread that made the call, before that returns; an
 * exception that left it would end the JVM.
 */
@SuppressWarnings("restricted") // the text is C's
public final class ErrorText {

    private static final ThreadLocal<@Nullable String> LAST = new ThreadLocal<>();

    /** Longer than any text of MLX's: of a damaged one, no more is read. */
    private static final long MOST = 64 << 10;

    /** The place in the C layer's source: nobody can do anything with it. */
    private static final Pattern PLACE = Pattern.compile(" at \\S+:\\d+$");

    private ErrorText() {}

    /** The upcall: {@code void (*)(const char* msg, void* data)}. */
    static void report(MemorySegment message, @SuppressWarnings("unused") MemorySegment data) {
        try {
            LAST.set(message.reinterpret(MOST).getString(0, StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            LAST.set("a text that cannot be read");
        }
    }

    /** The text of the call that has just failed on this thread; it is told once. */
    public static String take() {
        String text = LAST.get();
        LAST.remove();
        return text == null ? "it gave no reason" : PLACE.matcher(text).replaceFirst("");
    }
}
