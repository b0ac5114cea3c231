package dev.exoflux.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelDirectoryTest {

    @ParameterizedTest
    @MethodSource("dev.exoflux.model.TestCheckpoints#all")
    void describesEveryCheckpoint(Path directory) {
        ModelDirectory model = ModelDirectory.open("test/model", directory);

        ModelCard card = model.card();

        assertThat(card.id()).isEqualTo("test/model");
        assertThat(card.layers()).isEqualTo(model.config().layers());
        assertThat(card.parameters()).isPositive();
        assertThat(card.bytesPerLayer()).isPositive().isLessThan(card.bytes());
        assertThat(model.eosIds()).isNotEmpty();
    }
}
