package dev.exoflux.pipeline.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ExofluxException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that look at whole answers. */
final class RulesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "en; The layers of the model are on three peers, and each of them is a stage.; true",
                "en; Die Schichten des Modells sind auf drei Rechnern, und jeder ist eine Stufe.; false",
                "de; Die Schichten des Modells sind auf drei Rechnern, und jeder ist eine Stufe.; true",
                "fr; Les couches du modèle sont sur trois machines, et chacune est une étape.; true",
                "es; Las capas del modelo están en tres equipos y cada uno es una etapa para los demás.; true",
                "es; Les couches du modèle sont sur trois machines, et chacune est une étape.; false",
                "ko; 모델의 계층은 세 대의 기기에 있습니다.; true",
                "ko; The layers of the model are on three peers.; false",
                "ja; モデルの層は三台の機器にあります。; true",
                "zh; モデルの層は三台の機器にあります。; false",
                "zh; 模型的各层分布在三台设备上。; true",
                "ja; 模型的各层分布在三台设备上。; false",
                "ru; Слои модели находятся на трёх машинах.; true",
                "en; 42; true",
                "en; OK; true"
            })
    void tellsLanguages(String code, String answer, boolean kept) {
        Watch watch = Rules.language("language", code).watch();
        assertThat(watch.see(answer, false).broken()).as("while it grows").isFalse();
        assertThat(watch.see(answer, true).broken()).isEqualTo(!kept);
    }

    @Test
    void namesTheLanguagesItTells() {
        assertThatThrownBy(() -> Rules.language("language", "xx"))
                .isInstanceOf(ExofluxException.class)
                .hasMessageContainingAll("xx", "\nMaybe ", "de, el, en");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:1/schema", "file:///etc/hostname", "classpath:draft/x"})
    void fetchesNoSchema(String reference) {
        assertThatThrownBy(() -> Rules.jsonSchema("shape", Map.of("$ref", reference)))
                .isInstanceOf(ExofluxException.class)
                .hasMessageContainingAll("shape", "\nMaybe ");
    }

    @Test
    void followsReferencesWithinASchema() {
        Rule rule = Rules.jsonSchema(
                "shape", Map.of("$ref", "#/$defs/number", "$defs", Map.of("number", Map.of("type", "number"))));
        assertThat(rule.allows(Script.request("x"), "1.5").block(Script.PATIENCE))
                .isTrue();
        assertThat(rule.allows(Script.request("x"), "[]").block(Script.PATIENCE))
                .isFalse();
    }
}
