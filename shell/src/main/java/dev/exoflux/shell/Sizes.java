package dev.exoflux.shell;

import java.util.Locale;

/** Numbers as people read them. */
final class Sizes {

    private static final String[] DECIMAL = {"", "K", "M", "B", "T"};
    private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB"};

    private Sizes() {}

    /** Counts in steps of a thousand: {@code 1.24B}. */
    static String count(long count) {
        return scaled(count, DECIMAL, "");
    }

    /** Bytes in steps of a thousand, as disks are sold: {@code 695 MB}. */
    static String bytes(long bytes) {
        return scaled(bytes, BYTES, " ");
    }

    private static String scaled(long value, String[] units, String gap) {
        double scaled = value;
        int unit = 0;
        while (scaled >= 999.5 && unit < units.length - 1) {
            scaled /= 1000;
            unit++;
        }
        String digits = unit == 0 || scaled >= 99.95
                ? Long.toString(Math.round(scaled))
                : String.format(Locale.ROOT, scaled >= 9.995 ? "%.1f" : "%.2f", scaled);
        return digits + gap + units[unit];
    }

    /** Bytes in steps of 1024, as memory is sold: {@code 7.6 GiB}. */
    static String memory(double bytes) {
        double mebibytes = bytes / (1 << 20);
        return mebibytes < 1024
                ? String.format(Locale.ROOT, "%.0f MiB", mebibytes)
                : String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024);
    }

    /** Bytes a second; a dash where that was not measured. */
    static String rate(double bytesPerSecond) {
        return bytesPerSecond == 0 ? "-" : String.format(Locale.ROOT, "%.2f GB/s", bytesPerSecond / 1e9);
    }
}
