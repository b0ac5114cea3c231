package dev.exoflux.model.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged templates: whatever is done to them, they render something within bounds or fail as templates fail. An
 * overflow of the stack, of the heap or any other exception would leave {@link #survive} and fail the test.
 */
final class TemplateFuzzTest {

    private static final int MUTANTS = 4000;
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final TemplateLimits LIMITS = new TemplateLimits(1 << 16, 300_000, 1 << 20, 4 << 20, 400);
    private static final String[] FRAGMENTS = {
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "-%}",
        "{%-",
        "{%+",
        "'",
        "\"",
        "\\",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "|",
        ".",
        "~",
        "**",
        "//",
        ":",
        ",",
        "=",
        "==",
        " in ",
        " is ",
        " not ",
        " if ",
        " else ",
        " for ",
        "{% endfor %}",
        "{% endif %}",
        "{% else %}",
        "{% raw %}",
        "{% endraw %}",
        "{% set x %}",
        "{% endset %}",
        "{% break %}",
        "{% macro m(a, b=1) %}",
        "{% endmacro %}",
        "{{ m(1) }}",
        "{{ loop(messages) }}",
        " recursive ",
        "range(99999)",
        "'a' * 99999",
        "10 ** 99",
        "1e308",
        "-1",
        "9999999999999999999",
        "none",
        "namespace()",
        "|map('upper')|list",
        "|tojson(indent=99)",
        "|sort",
        "|groupby('role')",
        "[::-1]",
        "[:1]",
        ".items()",
        ".split(' ')",
        "messages",
        "%s%d%5.2f",
        "{0.a[b]!r:>9}",
        "\u0000",
        "\ud83d",
        "\ude00",
        "\u2028",
        "é",
        "\n",
        "\t",
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void survivesDamagedTemplates(long seed) {
        List<Goldens.Case> constructs = Goldens.constructs();
        List<Goldens.Case> families = Goldens.families();
        Random random = new Random(seed);
        int rendered = 0;
        for (int i = 0; i < MUTANTS; i++) {
            List<Goldens.Case> cases = i % 4 == 0 ? families : constructs;
            Goldens.Case origin = cases.get(random.nextInt(cases.size()));
            String donor = cases.get(random.nextInt(cases.size())).template();
            String mutant = mutated(origin.template(), donor, random);
            rendered += survive(mutant, origin.variables()) ? 1 : 0;
        }
        assertThat(rendered).isBetween(MUTANTS / 10, MUTANTS);
    }

    @Test
    void survivesNoise() {
        Random random = new Random(4);
        for (int i = 0; i < MUTANTS; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            survive("{{" + new String(bytes, StandardCharsets.ISO_8859_1), Map.of());
            StringBuilder soup = new StringBuilder();
            for (int n = random.nextInt(30); n > 0; n--) {
                soup.append(FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
            }
            survive(soup.toString(), Map.of("messages", List.of(Map.of("role", "user", "content", "Hi"))));
        }
    }

    private static String mutated(String template, String donor, Random random) {
        String mutant = template;
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            mutant = random.nextBoolean() ? mutatedToken(mutant, random) : mutatedText(mutant, donor, random);
        }
        return mutant;
    }

    /** Deletes, duplicates, swaps or replaces what is between two borders of words. */
    private static String mutatedToken(String template, Random random) {
        List<String> tokens = new ArrayList<>(List.of(template.split("(?<=\\W)|(?=\\W)")));
        int at = random.nextInt(tokens.size());
        int other = random.nextInt(tokens.size());
        switch (random.nextInt(4)) {
            case 0 -> tokens.remove(at);
            case 1 -> tokens.add(other, tokens.get(at));
            case 2 -> tokens.set(at, FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
            default -> {
                String kept = tokens.get(at);
                tokens.set(at, tokens.get(other));
                tokens.set(other, kept);
            }
        }
        return String.join("", tokens);
    }

    /** Cuts a piece out, doubles it, or puts in one of another template. */
    private static String mutatedText(String template, String donor, Random random) {
        int from = random.nextInt(template.length() + 1);
        int to = Math.min(template.length(), from + random.nextInt(40));
        String head = template.substring(0, from);
        String piece = template.substring(from, to);
        String tail = template.substring(to);
        int donated = random.nextInt(donor.length() + 1);
        return switch (random.nextInt(3)) {
            case 0 -> head + tail;
            case 1 -> head + piece + piece + tail;
            default -> head + donor.substring(donated, Math.min(donor.length(), donated + random.nextInt(60))) + tail;
        };
    }

    /** Whether it rendered; an error that is not a template's is one of the test. */
    private static boolean survive(String template, Map<String, Object> variables) {
        long start = System.nanoTime();
        boolean rendered = false;
        try {
            String prompt = ChatTemplate.parse(template, LIMITS, Goldens.CLOCK).render(variables);
            assertThat(prompt.length()).isLessThanOrEqualTo(Math.toIntExact(LIMITS.outputCharacters()));
            rendered = true;
        } catch (ExofluxException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR);
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("This template breaks the interpreter: " + template, e);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .describedAs(template)
                .isLessThan(LONGEST);
        return rendered;
    }
}
