package dev.exoflux.pipeline.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which part of a growing text may yet become a match. */
final class ForbiddenTest {

    /** What an answer is seen to be after each of its pieces; the last is seen as complete. */
    private static List<Watch.Sight> sights(String pattern, String... pieces) {
        Watch watch = Rules.forbid("rule", pattern).watch();
        StringBuilder answer = new StringBuilder();
        List<Watch.Sight> sights = new ArrayList<>();
        for (int i = 0; i < pieces.length; i++) {
            answer.append(pieces[i]);
            sights.add(watch.see(answer, i == pieces.length - 1));
            if (sights.getLast().broken()) {
                break;
            }
        }
        return sights;
    }

    /** Pieces stand before the bar; then how far the text is clear after them, and * for a match. */
    @ParameterizedTest
    @CsvSource({
        "password, my pass|word,               3 3*",
        "password, pas|pass|, 0 3 7",
        "password, p|a|s|s|w|o|r|d, 0 0 0 0 0 0 0 0*",
        "(?i)password, xPASS|wall, 1 9",
        "aab, a|a|a|b, 0 0 1 1*",
        "secret.*, a secret|, 2*",
        ".*secret, a s|ecret, 2 2*",
        "foo\\b, foo|d|, 0 4 4",
        "foo\\b, foo|., 0 0*",
        "foo$, foo|, 0 0*",
        "foo(?!bar), foob|az, 0 0*",
        "foo(?!bar), foob|ar|, 0 6 6",
        "(?>abc|a)b, ab|c|b, 0 0 0*",
        "a++b, aaa|b, 0 0*",
        "(?<=a)b, a|b, 1 1*",
        "^ab, a|b, 0 0*",
        "^ab, ca|b, 2 3",
        "foo.*END|bar, foo bar|, 0*",
        "[0-9]{4}, 12|3|x|1234, 0 0 4 4*",
        "(\\w)\\1\\1x, aa|a|x, 0 0 0*",
        "😀!, 😀|?|, 0 3 3"
    })
    void holdsBackWhatMayStillMatch(String pattern, String pieces, String expected) {
        String seen = sights(pattern, pieces.split("\\|", -1)).stream()
                .map(sight -> sight.at() + (sight.broken() ? "*" : ""))
                .reduce((a, b) -> a + " " + b)
                .orElse("");
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void neverLeaksAndNeverHoldsBackWhatCannotMatch() {
        Random random = new Random(7);
        int matched = 0;
        for (int round = 0; round < 3000; round++) {
            String expression = expression(random, 3);
            if (Pattern.compile(expression).matcher("").find()) {
                continue;
            }
            matched += agrees(expression, word(random, 1 + random.nextInt(12)), random) ? 1 : 0;
        }
        assertThat(matched).as("texts with a match").isBetween(300, 2700);
    }

    /** Cuts a text at random and compares with what is known once all of it, and all that may follow, is known. */
    private static boolean agrees(String expression, String text, Random random) {
        Watch watch = Rules.forbid("rule", expression).watch();
        Matcher whole = Pattern.compile(expression).matcher(text);
        boolean matches = whole.find();
        int end = 0;
        int clear = 0;
        Watch.Sight sight = Watch.Sight.clear(0);
        while (end < text.length() && !sight.broken()) {
            end = Math.min(text.length(), end + 1 + random.nextInt(3));
            String so = text.substring(0, end);
            sight = watch.see(so, false);
            String shown = "%s in %s: %s".formatted(expression, so, sight);
            assertThat(sight.at()).as(shown).isBetween(clear, end);
            clear = sight.at();
            if (matches) {
                assertThat(clear).as(shown + " leaks").isLessThanOrEqualTo(whole.start());
            }
            if (sight.broken()) {
                assertThat(Pattern.compile(expression).matcher(so).find())
                        .as(shown)
                        .isTrue();
            } else if (clear < end) {
                assertThat(mayMatchAt(expression, so, clear))
                        .as(shown + " holds back")
                        .isTrue();
            }
        }
        sight = sight.broken() ? sight : watch.see(text, true);
        assertThat(sight.broken()).as("%s in %s", expression, text).isEqualTo(matches);
        // before the match, or before what could still have become one when it was found
        assertThat(sight.at()).isBetween(clear, matches ? whole.start() : text.length());
        return matches;
    }

    /** Whether some text behind it makes a match that begins there: as long as the longest of these expressions needs it. */
    private static boolean mayMatchAt(String expression, String text, int at) {
        Pattern pattern = Pattern.compile(expression);
        List<String> endings = List.of("");
        for (int length = 0; length <= 8; length++) {
            for (String ending : endings) {
                String full = text + ending;
                if (pattern.matcher(full).region(at, full.length()).lookingAt()) {
                    return true;
                }
            }
            endings = endings.stream()
                    .flatMap(ending -> IntStream.range(0, 3).mapToObj(letter -> ending + (char) ('a' + letter)))
                    .toList();
        }
        return false;
    }

    /** Letters, choices, groups and repetitions, none of which can fail whatever follows. */
    private static String expression(Random random, int depth) {
        return switch (depth == 0 ? 0 : random.nextInt(6)) {
            case 1 -> expression(random, depth - 1) + expression(random, depth - 1);
            case 2 -> "(?:" + expression(random, depth - 1) + "|" + expression(random, depth - 1) + ")";
            case 3 ->
                "(?:" + expression(random, depth - 1) + ")"
                        + List.of("?", "+", "*", "{2}").get(random.nextInt(4));
            case 4 -> "[" + word(random, 2) + "]";
            default -> word(random, 1);
        };
    }

    private static String word(Random random, int length) {
        return random.ints(length, 'a', 'd')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(a|aa)+$", "(?:a*)*c", "(a|b)*c"})
    void givesUpAPatternThatWouldNotEnd(String pattern) {
        Watch watch = Rules.forbid("slow", "x?" + pattern).watch();
        String text = "a".repeat(200_000) + "!";
        assertThatThrownBy(() -> watch.see(text, false))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
                .hasMessageContaining("slow")
                .hasMessageContaining("takes too long");
    }

    @ParameterizedTest
    @CsvSource({
        "a*, matches where nothing is",
        "((a{1000}){1000}){1000}, multiply to more than 100000",
        "a{9999999}, multiply to more than 100000",
        "\\Ga, no meaning",
        "(a, no regular expression"
    })
    void refusesAPatternThatMakesNoSense(String pattern, String why) {
        assertThatThrownBy(() -> Rules.forbid("odd", pattern))
                .isInstanceOf(ExofluxException.class)
                .hasMessageContaining("odd")
                .hasMessageContaining(why)
                .hasMessageContaining("\nMaybe ");
    }
}
