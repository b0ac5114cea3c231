package dev.exoflux.model.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.CharBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Java sees of a template, and what the goldens from Python cannot tell. */
final class ChatTemplateTest {

    @Test
    void rendersAConversation() {
        ChatTemplate template = ChatTemplate.parse("""
                {%- for message in messages %}
                <|{{ message.role }}|>{{ message.content }}
                {% endfor %}
                {%- if add_generation_prompt %}
                <|assistant|>
                {%- endif %}""");
        Map<String, Object> variables = Map.of(
                "messages",
                List.of(Map.of("role", "system", "content", "Be brief."), Map.of("role", "user", "content", "Hi")),
                "add_generation_prompt",
                true);
        assertThat(template.render(variables)).isEqualTo("<|system|>Be brief.\n<|user|>Hi\n<|assistant|>");
    }

    @Test
    void takesJavaValuesForThoseOfTheTemplate() {
        Map<String, Object> variables = new HashMap<>();
        variables.put(
                "values",
                Arrays.asList(
                        1,
                        2L,
                        (short) 3,
                        (byte) 4,
                        BigInteger.TEN.pow(20),
                        1.5,
                        2.5f,
                        new BigDecimal("0.10"),
                        true,
                        null,
                        CharBuffer.wrap("text"),
                        List.of(),
                        Map.of()));
        Map<Object, Object> map = new LinkedHashMap<>();
        map.put("a", null);
        map.put(1, List.of("x"));
        variables.put("map", map);
        variables.put("nothing", null);
        assertThat(ChatTemplate.parse("{{ values }} {{ map }} {{ nothing is none }} {{ nothing is defined }}")
                        .render(variables))
                .isEqualTo("[1, 2, 3, 4, 100000000000000000000, 1.5, 2.5, 0.1, True, None, 'text', [], {}] "
                        + "{'a': None, 1: ['x']} True True");
    }

    @Test
    void refusesAValueThatIsNone() {
        ChatTemplate template = ChatTemplate.parse("{{ x }}");
        assertThatThrownBy(() -> template.render(Map.of("x", Map.of("y", new Object()))))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR))
                .hasMessageContaining("java.lang.Object");
    }

    @Test
    void keepsNothingBetweenRenderings() {
        ChatTemplate template = ChatTemplate.parse(
                "{% set ns = namespace(n=0) %}{% set c = cycler(1, 2) %}{{ c.next() }}{{ x }}{% set x = 'changed' %}"
                        + "{% for i in items %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}");
        List<Object> items = new ArrayList<>(List.of(1, 2));
        assertThat(template.render(Map.of("x", "a", "items", items))).isEqualTo("1a3");
        assertThat(template.render(Map.of("items", items))).isEqualTo("13");
        assertThat(items).containsExactly(1, 2);
    }

    @Test
    void isRenderedByManyThreadsAtOnce() throws Exception {
        ChatTemplate template = ChatTemplate.parse(
                "{% macro m(x) %}{% set y = x * 2 %}{{ y }}{% endmacro %}{% for i in range(200) %}{{ m(i + n) }},{% endfor %}");
        List<Future<String>> renderings = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int n = 0; n < 40; n++) {
                Map<String, Object> variables = Map.of("n", n);
                renderings.add(threads.submit(() -> template.render(variables)));
            }
        }
        for (int n = 0; n < 40; n++) {
            assertThat(renderings.get(n).get()).isEqualTo(template.render(Map.of("n", n)));
        }
    }

    @Test
    void readsTheClockInItsZone() {
        Clock clock = Clock.fixed(Instant.parse("2024-12-31T23:30:00Z"), ZoneId.of("Europe/Oslo"));
        ChatTemplate template = ChatTemplate.parse(
                "{{ strftime_now('%d %b %Y, %H:%M week %V of %G') }}", TemplateLimits.DEFAULT, clock);
        assertThat(template.render(Map.of())).isEqualTo("01 Jan 2025, 00:30 week 01 of 2025");
    }

    @Test
    void passesOnWhatTheTemplateItselfHasToSay() {
        assertThatThrownBy(() -> ChatTemplate.parse("a\n{{ raise_exception('Roles must\nalternate, ' ~ 5) }}")
                        .render(Map.of()))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR))
                .hasMessage("Roles must\nalternate, 5");
    }

    static Stream<Failure> failures() {
        return Stream.of(
                new Failure("a\\\n  {{ x.y }}", 2, 7, "'x' is undefined"),
                new Failure("{{ user.nmae.first }}", 1, 13, "a dict has no attribute 'nmae'"),
                new Failure(
                        "{% if true %}\\\n\\\n{{ 1 + 'a' }}{% endif %}",
                        3, 6, "'+' is not defined for a int and a str"),
                new Failure("{{ 'a' | shout }}", 1, 10, "no filter named 'shout'"),
                new Failure(
                        "{% if false %}{{ 'a' is loud }}{% endif %}{{ 'b' is loud }}", 1, 53, "no test named 'loud'"),
                new Failure("{{ 'a'.shout() }}", 1, 13, "a str has no attribute 'shout'"),
                new Failure("{{ shout('a') }}", 1, 9, "'shout' is undefined"),
                new Failure("ab {% include 'x' %}", 1, 7, "no tag named 'include'"),
                new Failure("{% do 1 %}", 1, 4, "no tag named 'do'"),
                new Failure("{% if true %}\\\n{% endfor %}", 2, 4, "'endfor' closes nothing here"),
                new Failure("{% for x in y %}\\\n", 1, 15, "the template ends before the 'endfor' of this tag"),
                new Failure("{{ 1 +", 1, 7, "expected an expression, got the end of the template"),
                new Failure("{{ 'é😀' ~ (1 }}", 1, 14, "unexpected '}', expected ')'"),
                new Failure("é😀{{ ? }}", 1, 6, "unexpected character '?'"),
                new Failure("{# never", 1, 1, "the comment '{#' is never closed"),
                new Failure("{{ 'a", 1, 4, "the string is never closed"),
                new Failure("{{ 'a'.split('') }}", 1, 13, "split cannot cut at an empty string"),
                new Failure("{% for a, b in [1] %}{% endfor %}", 1, 4, "a int cannot be iterated over"),
                new Failure("{% set a.b = 1 %}", 1, 8, "'a' is no namespace"),
                new Failure("{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", 1, 35, "takes at most 1 arguments"),
                new Failure("{{ user.pop('name') }}", 1, 12, "the attribute 'pop' of a dict is unsafe"),
                new Failure(
                        "{{ none.x }}{{ [missing] | tojson }}",
                        1,
                        28,
                        "'missing' is undefined, which cannot be written as JSON"),
                new Failure(
                        "{{ undefined | tojson }}",
                        1,
                        16,
                        "'undefined' is undefined, which cannot be written as JSON"));
    }

    /** What a template comes to with a dict {@code user}, and where. */
    record Failure(String template, int line, int column, String problem) {}

    @ParameterizedTest
    @MethodSource("failures")
    void saysWhereAndWhy(Failure failure) {
        assertThatThrownBy(() -> ChatTemplate.parse(failure.template()).render(Map.of("user", Map.of("name", "Ada"))))
                .isInstanceOf(ExofluxException.class)
                .hasMessageStartingWith(
                        "The chat template fails at line %d, column %d: ".formatted(failure.line(), failure.column()))
                .hasMessageContaining(failure.problem());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 'a' | shout }}",
                "{{ 'a' is loud }}",
                "{% macro m() %}{{ 'a' | shout }}{% endmacro %}",
                "{{ 'a' | pprint }}",
                "{% include 'x' %}",
                "{% break %}",
                "{{ }}",
            })
    void refusesToParseWhatItCouldNeverRender(String template) {
        assertThatThrownBy(() -> ChatTemplate.parse(template)).isInstanceOf(ExofluxException.class);
    }

    /** Each of these means something in Python that is not here; none may turn into a prompt. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ messages | select }}",
                "{{ messages | map(attribute='role') }}",
                "{{ messages | reverse }}",
                "{{ 'a'.upper }}",
                "{{ range }}",
                "{{ cycler(1) }}",
                "{{ self }}",
                "{{ lipsum() }}",
                "{{ 'a'.encode() }}",
                "{{ 'a'.casefold() }}",
                "{{ 'a'.translate({}) }}",
                "{{ 1.0.hex() }}",
                "{{ x.bit_length() }}",
                "{{ (messages | select).send(1) }}",
                "{{ messages | random }}",
                "{{ 'http://x' | urlize }}",
                "{{ 'a b' | wordwrap }}",
                "{{ '<b>' | striptags }}",
                "{{ 'pprint' is filter }}",
                "{{ strftime_now('%Q') }}",
                "{{ (-8) ** 0.5 }}",
            })
    void failsWhereItDiffersFromPython(String template) {
        assertThatThrownBy(() -> ChatTemplate.parse(template).render(Map.of("messages", List.of("a", "b"), "x", 5)))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR))
                .hasMessageStartingWith("The chat template fails at line 1, column ");
    }
}
