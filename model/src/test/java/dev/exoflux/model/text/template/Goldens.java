package dev.exoflux.model.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files that tools/templates/make_goldens.py has rendered with Python's jinja2. */
final class Goldens {

    /** What the script's clock showed. */
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-07T15:04:05.678901Z"), ZoneOffset.UTC);

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private Goldens() {}

    /**
     * One template with one set of variables.
     *
     * @param expected what Python renders, or null where that fails
     * @param raised the template's own words, where it is it that fails
     */
    record Case(
            String group,
            String name,
            String template,
            Map<String, Object> variables,
            @Nullable String expected,
            @Nullable String raised) {

        void check() {
            if (expected != null) {
                assertThat(render(template, variables)).isEqualTo(expected);
                return;
            }
            var failure = assertThatThrownBy(() -> render(template, variables))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR));
            if (raised != null) {
                failure.hasMessage(raised);
            } else {
                failure.hasMessageMatching("(?s)The chat template fails at line \\d+, column \\d+: .+");
            }
        }
    }

    static String render(String template, Map<String, Object> variables) {
        return ChatTemplate.parse(template, TemplateLimits.DEFAULT, CLOCK).render(variables);
    }

    static List<Case> constructs() {
        JsonNode file = read("constructs.json");
        Map<String, Object> variables = map(file.path("variables"));
        List<Case> cases = new ArrayList<>();
        for (JsonNode node : file.path("cases")) {
            String template = node.path("template").asString();
            cases.add(golden(node, node.path("group").asString(), template, template, variables));
        }
        return cases;
    }

    static List<Case> families() {
        JsonNode file = read("families.json");
        List<Case> cases = new ArrayList<>();
        for (JsonNode node : file.path("cases")) {
            String family = node.path("template").asString();
            String conversation = node.path("conversation").asString();
            Map<String, Object> variables = map(file.path("variables").path(family));
            variables.putAll(map(file.path("conversations").path(conversation)));
            String template = file.path("templates").path(family).asString();
            cases.add(golden(node, family, conversation, template, variables));
        }
        return cases;
    }

    private static Case golden(
            JsonNode node, String group, String name, String template, Map<String, Object> variables) {
        String expected = node.has("expected") ? node.path("expected").asString() : null;
        String raised = node.has("raised") ? node.path("raised").asString() : null;
        return new Case(group, name, template, variables, expected, raised);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(JsonNode node) {
        return new HashMap<>(JSON.convertValue(node, Map.class));
    }

    private static JsonNode read(String name) {
        try (InputStream file = Goldens.class.getResourceAsStream("/template/" + name)) {
            return JSON.readTree(Objects.requireNonNull(file, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
