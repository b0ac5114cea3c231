package dev.exoflux.pipeline.placement;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Sizes and lists in messages. */
final class Amounts {

    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int SHOWN = 8;

    private Amounts() {}

    /** Exact, and readable where that is something else: {@code 50000 bytes (48.8 KiB)}. */
    static String exact(long bytes) {
        return bytes < 1024 ? bytes + " bytes" : bytes + " bytes (" + bytes(bytes) + ")";
    }

    /** In steps of 1024, as memory is counted: {@code 48.8 KiB}. */
    static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " bytes";
        }
        double scaled = bytes / 1024.0;
        int unit = 0;
        while (scaled >= 999.5 && unit < UNITS.length - 1) {
            scaled /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, scaled >= 99.95 ? "%.0f %s" : "%.1f %s", scaled, UNITS[unit]);
    }

    /** Milliseconds with three digits that count. */
    static String millis(double seconds) {
        double millis = seconds * 1e3;
        String format = millis >= 100 ? "%.0f ms" : millis >= 10 ? "%.1f ms" : millis >= 1 ? "%.2f ms" : "%.3f ms";
        return String.format(Locale.ROOT, format, millis);
    }

    /** The first few, and how many more there are. */
    static <T> String list(List<T> items, String separator, Function<T, String> text) {
        String shown = items.stream().limit(SHOWN).map(text).collect(Collectors.joining(separator));
        return items.size() <= SHOWN ? shown : shown + separator + "and " + (items.size() - SHOWN) + " others";
    }
}
