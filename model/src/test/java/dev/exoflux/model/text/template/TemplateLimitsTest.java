package dev.exoflux.model.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A template that would never end, or eat all memory or the whole stack, is an error instead, and soon. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class TemplateLimitsTest {

    private static final int SMALL_STACK = 640 * 1024;

    /** As strict in kind as the default ones, and sooner reached. */
    private static final TemplateLimits LIMITS = new TemplateLimits(1 << 20, 1_000_000, 2 << 20, 8 << 20, 400);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% for a in range(100000) %}{% for b in range(100000) %}{% set c = a + b %}{% endfor %}{% endfor %}",
                "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
                "{{ range(100000) | map('string') | map('length') | sum }}{% for a in range(100000) %}{{ range(100000) | sum }}{% endfor %}",
                "{{ range(100001) }}",
                "{{ range(10 ** 30) }}",
            })
    void endsTooManySteps(String template) {
        assertRefused(template);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 'a' * 10 ** 9 }}",
                "{{ 'a' * 10 ** 30 }}",
                "{{ 10 ** 9 * 'a' }}",
                "{% set x = [0] * 10 ** 9 %}",
                "{% set x = (0, 1) * 10 ** 8 %}",
                "{% set ns = namespace(x='abc') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
                "{% set ns = namespace(x='abc') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
                "{% set ns = namespace(x='abc') %}{% for i in range(100) %}{% set ns.x %}{{ ns.x }}{{ ns.x }}{% endset %}{% endfor %}",
                "{% set ns = namespace(x='abc') %}{% for i in range(100) %}{% set ns.x = ns.x | replace('', ns.x) %}{% endfor %}",
                "{% set ns = namespace(x='abc') %}{% for i in range(100) %}{% set ns.x = ns.x.join(ns.x) %}{% endfor %}",
                "{% set ns = namespace(x='abc') %}{% for i in range(100) %}{% set ns.x = '%s%s' % (ns.x, ns.x) %}{% endfor %}",
                "{% set ns = namespace(x='abc') %}{% for i in range(100) %}{% set ns.x = '{0}{0}'.format(ns.x) %}{% endfor %}",
                "{% set ns = namespace(x='abc') %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
                "{% set ns = namespace(x='abc') %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
                "{% set ns = namespace(x='abc', y='abc') %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
                "{% set ns = namespace(x='abc', y='abc') %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x < ns.y }}",
                "{% set ns = namespace(x=1) %}{% for i in range(100) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1} }}",
                "{{ '%1000000000d' % 1 }}",
                "{{ '%.1000000000f' % 1 }}",
                "{{ '%*d' % (10 ** 9, 1) }}",
                "{{ '{:1000000000}'.format('a') }}",
                "{{ '{:.1000000000f}'.format(1.5) }}",
                "{{ '{:01000000000,d}'.format(1) }}",
                "{{ 'a'.ljust(10 ** 9) }}",
                "{{ 'a'.center(10 ** 9) }}",
                "{{ 'a'.zfill(10 ** 9) }}",
                "{{ '\t'.expandtabs(10 ** 9) }}",
                "{{ 'a' | center(10 ** 9) }}",
                "{{ 'a\nb' | indent(10 ** 9) }}",
                "{{ [1] | tojson(indent=10 ** 9) }}",
                "{{ [1] | batch(10 ** 9, 0) | list }}",
                "{{ [1] | slice(10 ** 9, 0) | list }}",
                "{{ 2 ** (10 ** 10) }}",
                "{{ 10 ** (10 ** (10 ** 10)) }}",
                "{% set ns = namespace(x=7) %}{% for i in range(100) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
                "{{ 10 ** 5000 }}",
                "{{ 1.5 | round(10 ** 9, 'ceil') }}",
                "{% for i in range(100000) %}{{ 'a' * 1000 }}{% endfor %}",
                "{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = ns.x + [i] %}{% endfor %}",
            })
    void endsTooMuchText(String template) {
        assertRefused(template);
    }

    @Test
    void endsAtTheDefaultLimitsToo() {
        assertRefused(
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                TemplateLimits.DEFAULT);
        assertRefused(
                "{% set ns = namespace(x='abc') %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
                TemplateLimits.DEFAULT);
        assertRefused("{{ 'a' * 10 ** 9 }}", TemplateLimits.DEFAULT);
    }

    @Test
    void searchesInLinearTime() {
        String template = "{% set hay = 'a' * 1000000 %}{% set needle = 'a' * 500000 ~ 'b' %}"
                + "{{ needle in hay }}{{ hay.find(needle) }}{{ hay.rfind(needle) }}{{ hay.count(needle) }}"
                + "{{ hay.split(needle) | length }}{{ hay.rsplit(needle) | length }}{{ hay.replace(needle, '') | length }}"
                + "{{ hay.partition(needle) | first | length }}{{ hay.find('a' * 500000, 400000) }}";
        assertThat(ChatTemplate.parse(template).render(Map.of())).isEqualTo("False-1-1011" + "10000001000000400000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ <(>1<)> }}",
                "{{ <[>1<]> }}",
                "{{ <{1: >1<}> }}",
                "{{ <not >1 }}",
                "{{ <- >1 }}",
                "{{ 1< + 1> }}",
                "{{ 1< + (1>< )> }}",
                "{{ 'a'< ~ ('a'>< )> }}",
                "{{ 'a'<.strip()> }}",
                "{{ 'a'<|upper> }}",
                "{{ 'a'|replace(<'a'|replace(>'a', 'b'<, 'b')>, 'c') }}",
                "{{ 1<[1]> }}",
                "{{ <1 if 0 else >1 }}",
                "{{ 1< if 1> }}",
                "{{ 1< and 1> }}",
                "{{ 1< == 1> }}",
                "{{ x<(x>1<)> }}",
                "{{ 1< is eq(1><)> }}",
                "{{ 1< is defined> }}",
                "<{% if 1 %}>x<{% endif %}>",
                "<{% if 0 %}{% elif 1 %}>x<{% endif %}>",
                "<{% for a in [1] %}>x<{% endfor %}>",
                "<{% with %}>x<{% endwith %}>",
                "<{% filter upper %}>x<{% endfilter %}>",
                "<{% set x %}>x<{% endset %}>",
                "<{% generation %}>x<{% endgeneration %}>",
                "<{% macro m() %}>x<{% endmacro %}>",
                "<{% call m() %}>x<{% endcall %}>",
                "{% set <(>a<,)> = 1 %}",
            })
    void keepsDeepSyntaxFromOverflowingTheStack(String shape) throws Exception {
        for (int depth : new int[] {50, 190, 200, 201, 400, 30_000}) {
            String template = nested(shape, depth);
            String outcome = onSmallStack(() -> ChatTemplate.parse(template).render(Map.of()));
            assertThat(outcome).describedAs("%s, %d deep", shape, depth).isNotNull();
        }
    }

    /** What is between angle brackets, repeated; the brackets are not part of the template. */
    private static String nested(String shape, int depth) {
        StringBuilder template = new StringBuilder();
        for (int at = 0; at < shape.length(); at++) {
            int close = shape.indexOf('>', at);
            if (shape.charAt(at) == '<' && shape.charAt(at + 1) != '=') {
                template.append(shape.substring(at + 1, close).repeat(depth));
                at = close;
            } else {
                template.append(shape.charAt(at));
            }
        }
        return template.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% macro m(x) %}{{ m(x) }}{% endmacro %}{{ m(1) }}",
                "{% macro m(x) %}{% if x %}{% for i in [1] %}{% set y %}{{ m([x]) | upper }}{% endset %}{{ y }}{% endfor %}{% endif %}{% endmacro %}{{ m(1) }}",
                "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}",
                "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
                "{% macro m() %}{{ [1] | map('upper') | map('string') | join(m()) }}{% endmacro %}{{ m() }}",
                "{% set ns = namespace(x=1) %}{% for i in range(5000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
                "{% set ns = namespace(x=1) %}{% for i in range(5000) %}{% set ns.x = {'a': ns.x} %}{% endfor %}{{ ns.x | tojson }}",
                "{% set ns = namespace(x=1, y=1) %}{% for i in range(5000) %}{% set ns.x = [ns.x] %}{% set ns.y = [ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
                "{% set ns = namespace(x=1, y=1) %}{% for i in range(5000) %}{% set ns.x = [ns.x] %}{% set ns.y = [ns.y] %}{% endfor %}{{ ns.x < ns.y }}",
                "{% set ns = namespace(x=1) %}{% for i in range(5000) %}{% set ns.x = (ns.x,) %}{% endfor %}{{ {ns.x: 1} }}",
                "{% set ns = namespace(x=1) %}{% for i in range(5000) %}{% set ns.x = (ns.x,) %}{% endfor %}{{ {}[ns.x] }}",
                "{% set ns = namespace(x=1) %}{% for i in range(5000) %}{% set ns.x = (ns.x,) %}{% endfor %}{{ [ns.x] | unique | list }}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(5000) %}{% set ns.x = ns.x | map('string') %}{% endfor %}{{ ns.x | list }}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(5000) %}{% set ns.x = ns.x | select %}{% endfor %}{{ ns.x | first }}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(5000) %}{% set ns.x = ns.x | batch(1) %}{% endfor %}{{ ns.x | list }}",
            })
    void keepsDeepCallsAndValuesFromOverflowingTheStack(String template) throws Exception {
        assertThat(onSmallStack(() -> ChatTemplate.parse(template).render(Map.of())))
                .contains("nested deeper than 400 levels");
    }

    @Test
    void refusesVariablesNestedTooDeeply() throws Exception {
        List<Object> value = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            value = new ArrayList<>(List.of(value));
        }
        Map<String, Object> variables = Map.of("x", value);
        assertThat(onSmallStack(() -> ChatTemplate.parse("{{ 1 }}").render(variables)))
                .contains("nested deeper than 400 levels");
    }

    @Test
    void takesItsLimitsFromTheCaller() {
        TemplateLimits tight = new TemplateLimits(80, 200, 10, 100, 10);
        assertThat(render("{{ 'a' * 10 }}", tight)).isEqualTo("aaaaaaaaaa");
        assertThatThrownBy(() -> render("{{ 'a' * 11 }}", tight)).hasMessageContaining("longer than 10 characters");
        assertThatThrownBy(() -> render("{% for i in range(15) %}{% set x = 'a' * 10 %}{% endfor %}", tight))
                .hasMessageContaining("more than 100 characters");
        assertThatThrownBy(() -> render("{% for i in range(300) %}{% endfor %}", tight))
                .hasMessageContaining("more than 200 steps");
        assertThatThrownBy(() -> render("{{ [[[[[[[[[[[1]]]]]]]]]]] }}", tight)).hasMessageContaining("5 levels");
        assertThatThrownBy(() -> render("x".repeat(81), tight)).hasMessageContaining("more than the 80 allowed");
    }

    private static String render(String template, TemplateLimits limits) {
        return ChatTemplate.parse(template, limits, Goldens.CLOCK).render(Map.of());
    }

    private static void assertRefused(String template) {
        assertRefused(template, LIMITS);
    }

    private static void assertRefused(String template, TemplateLimits limits) {
        assertThatThrownBy(() -> render(template, limits))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR))
                .hasMessageMatching("(?s)The chat template fails at line \\d+, column \\d+: .+");
    }

    private interface Rendered {
        String get();
    }

    /** What is rendered, or the message of the error; anything else that is thrown fails the test. */
    private static String onSmallStack(Rendered rendered) throws InterruptedException, ExecutionException {
        FutureTask<String> task = new FutureTask<>(() -> {
            try {
                return rendered.get();
            } catch (ExofluxException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR);
                return String.valueOf(e.getMessage());
            }
        });
        Thread thread = new Thread(null, task, "small stack", SMALL_STACK);
        thread.start();
        return task.get();
    }
}
