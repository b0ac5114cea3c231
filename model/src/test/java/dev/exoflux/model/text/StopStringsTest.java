package dev.exoflux.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StopStringsTest {

    @Test
    void holdsBackOnlyWhatMayBecomeAStopString() {
        StopStrings stops = new StopStrings(List.of("\n\nUser:", "END"));
        assertThat(stops.accept("Hello\n")).isEqualTo(new StopStrings.Match("Hello", null));
        assertThat(stops.accept("world E")).isEqualTo(new StopStrings.Match("\nworld ", null));
        assertThat(stops.accept("N")).isEqualTo(new StopStrings.Match("", null));
        assertThat(stops.accept("E")).isEqualTo(new StopStrings.Match("EN", null));
        assertThat(stops.flush()).isEqualTo("E");
    }

    @Test
    void neverLeaksAPartOfTheStopStringThatMatches() {
        StopStrings stops = new StopStrings(List.of("\n\nUser:"));
        assertThat(stops.accept("Yes.\n").text()).isEqualTo("Yes.");
        assertThat(stops.accept("\n").text()).isEmpty();
        assertThat(stops.accept("\nUs").text()).isEqualTo("\n");
        assertThat(stops.accept("er: and more")).isEqualTo(new StopStrings.Match("", "\n\nUser:"));
        assertThat(stops.accept("and more")).isEqualTo(new StopStrings.Match("", "\n\nUser:"));
        assertThat(stops.flush()).isEmpty();
    }

    @Test
    void findsAStopStringThatOverlapsItself() {
        StopStrings stops = new StopStrings(List.of("aab"));
        assertThat(stops.accept("aaa").text()).isEqualTo("a");
        assertThat(stops.accept("b")).isEqualTo(new StopStrings.Match("", "aab"));
    }

    @Test
    void takesTheOneThatIsCompleteFirstAndOfThoseTheLongest() {
        assertThat(new StopStrings(List.of("bcde", "bc")).accept("abcde")).isEqualTo(new StopStrings.Match("a", "bc"));
        assertThat(new StopStrings(List.of("c", "abc")).accept("xabc")).isEqualTo(new StopStrings.Match("x", "abc"));
    }

    @Test
    void letsEverythingThroughWhereThereIsNothingToLookFor() {
        StopStrings stops = new StopStrings(List.of("", ""));
        assertThat(stops.accept("text")).isEqualTo(new StopStrings.Match("text", null));
        assertThat(stops.flush()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void doesNotDependOnWhereThePiecesAreCut(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 2_000; run++) {
            List<String> stops = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                stops.add(letters(random, 1 + random.nextInt(5)));
            }
            String text = letters(random, random.nextInt(30));
            assertThat(stream(stops, text, random)).as("%s in %s", stops, text).isEqualTo(whole(stops, text));
        }
    }

    /** The text up to where the first complete stop string begins, found the slow way. */
    private static StopStrings.Match whole(List<String> stops, String text) {
        for (int end = 1; end <= text.length(); end++) {
            String longest = null;
            for (String stop : stops) {
                if (text.startsWith(stop, end - stop.length())
                        && (longest == null || stop.length() > longest.length())) {
                    longest = stop;
                }
            }
            if (longest != null) {
                return new StopStrings.Match(text.substring(0, end - longest.length()), longest);
            }
        }
        return new StopStrings.Match(text, null);
    }

    private static StopStrings.Match stream(List<String> stops, String text, Random random) {
        StopStrings matcher = new StopStrings(stops);
        StringBuilder sent = new StringBuilder();
        String stop = null;
        for (int at = 0; at < text.length() && stop == null; ) {
            int next = Math.min(text.length(), at + random.nextInt(4));
            StopStrings.Match match = matcher.accept(text.substring(at, next));
            sent.append(match.text());
            stop = match.stop();
            at = next;
        }
        return new StopStrings.Match(sent.append(matcher.flush()).toString(), stop);
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        return text.toString();
    }
}
