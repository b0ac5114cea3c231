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
import java.util.Map;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** The files that tools/templates/make_goldens.py has rendered with Python's jinja2. */
final class Goldens {

    /** What the script's clock showed. */
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-07T15:04:05.678901Z"), ZoneOffset.UTC);

    private Goldens() {}

    @SuppressWarnings("unchecked")
    static Map<String, Object> read(String name) {
        JsonMapper mapper = JsonMapper.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build();
        try (InputStream file = Goldens.class.getResourceAsStream("/template/" + name)) {
            return mapper.readValue(file, Map.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String render(String template, Map<String, Object> variables) {
        return ChatTemplate.parse(template, TemplateLimits.DEFAULT, CLOCK).render(variables);
    }

    /** Asserts that a template does what a case of the file says: a text, its own words as an error, or an error. */
    static void check(Map<String, Object> golden, String template, Map<String, Object> variables) {
        if (golden.get("expected") instanceof String expected) {
            assertThat(render(template, variables)).isEqualTo(expected);
            return;
        }
        var failure = assertThatThrownBy(() -> render(template, variables))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_ERROR));
        if (golden.get("raised") instanceof String raised) {
            failure.hasMessage(raised);
        } else {
            failure.hasMessageMatching("(?s)The chat template fails at line \\d+, column \\d+: .+");
        }
    }
}
