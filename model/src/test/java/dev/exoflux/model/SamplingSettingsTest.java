package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SamplingSettingsTest {

    private static Arguments wrong(String field, String message, UnaryOperator<SamplingSettings.Builder> change) {
        return Arguments.of(field, message, change);
    }

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                wrong("temperature", "is -0.5; it must be at least 0 and at most 100", b -> b.temperature(-0.5f)),
                wrong("temperature", "is NaN", b -> b.temperature(Float.NaN)),
                wrong("temperature", "is Infinity", b -> b.temperature(Float.POSITIVE_INFINITY)),
                wrong("top_k", "is -1; it must be at least 0.", b -> b.topK(-1)),
                wrong("top_p", "is 0; it must be above 0 and at most 1", b -> b.topP(0)),
                wrong("top_p", "is 1.5", b -> b.topP(1.5f)),
                wrong("min_p", "is 2", b -> b.minP(2)),
                wrong("repetition_penalty", "is 0", b -> b.repetitionPenalty(0)),
                wrong("presence_penalty", "is 2.5", b -> b.presencePenalty(2.5f)),
                wrong("frequency_penalty", "is -3", b -> b.frequencyPenalty(-3)),
                wrong("logit_bias", "is 101", b -> b.logitBias(Map.of(3, 101f))),
                wrong("logit_bias", "names token -3", b -> b.logitBias(Map.of(-3, 1f))),
                wrong("top_logprobs", "is 21", b -> b.topLogprobs(21)));
    }

    @ParameterizedTest
    @MethodSource
    void outOfRange(String field, String message, UnaryOperator<SamplingSettings.Builder> change) {
        SamplingSettings.Builder builder = change.apply(SamplingSettings.builder());
        assertThatThrownBy(builder::build)
                .hasMessageStartingWith(field + " ")
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(ExofluxException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                    assertThat(e.parameter()).isEqualTo(field);
                });
    }

    @Test
    void refusesABiasOnATokenThatDoesNotExist() {
        SamplingSettings settings =
                SamplingSettings.builder().logitBias(Map.of(32, 1f)).build();
        assertThat(settings.requireVocabulary(33)).isSameAs(settings);
        assertThatThrownBy(() -> settings.requireVocabulary(32))
                .hasMessage("logit_bias names token 32, but the model has the tokens 0 to 31.");
    }

    @Test
    void aBuilderKeepsWhatIsNotNamed() {
        SamplingSettings settings = new SamplingSettings(0.5f, 3, 0.9f, 0.1f, 1.1f, 0.2f, 0.3f, Map.of(1, 2f), 7, 4);
        assertThat(settings.toBuilder().build()).isEqualTo(settings);
        assertThat(SamplingSettings.builder().build()).isEqualTo(SamplingSettings.GREEDY);
    }
}
