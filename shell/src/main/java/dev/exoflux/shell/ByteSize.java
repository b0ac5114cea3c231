package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of memory as users write it: {@code 8GiB}, {@code 512MiB}, {@code 16GB}. */
final class ByteSize {

    private static final Pattern FORM =
            Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([KMGT])(i?)B", Pattern.CASE_INSENSITIVE);

    private ByteSize() {}

    /**
     * Bytes.
     *
     * @param option that it was given for
     */
    static long parse(String option, String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (matcher.matches()) {
            int power = "KMGT".indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 1;
            double unit = Math.pow(matcher.group(3).isEmpty() ? 1000 : 1024, power);
            double bytes = Double.parseDouble(matcher.group(1)) * unit;
            if (bytes >= 1 && bytes <= 1L << 60) {
                return (long) bytes;
            }
        }
        throw ExofluxException.invalid(
                option, "%s %s is no amount of memory.%nMaybe 8GiB or 512MiB.".formatted(option, text));
    }
}
