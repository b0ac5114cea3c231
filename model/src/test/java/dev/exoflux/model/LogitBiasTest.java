package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LogitBiasTest {

    @Test
    void isTheMapItWasMadeOf() {
        Map<Integer, Float> source = new HashMap<>(Map.of(7, 1.5f, 3, -2f, 100_000, 0.25f));
        Map<Integer, Float> biases = LogitBias.copyOf(source);
        assertThat(biases).isEqualTo(source).hasSameHashCodeAs(source).containsEntry(3, -2f);
        source.put(8, 1f);
        assertThat(biases).hasSize(3).doesNotContainKey(8);
        assertThatThrownBy(() -> biases.put(8, 1f)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void settingsWithEqualBiasesAreEqual() {
        assertThat(SamplingSettings.builder().logitBias(Map.of(1, 2f)).build())
                .isEqualTo(SamplingSettings.builder()
                        .logitBias(new HashMap<>(Map.of(1, 2f)))
                        .build());
    }
}
