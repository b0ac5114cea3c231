package dev.exoflux.pipeline.placement.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.LayerFootprint;
import dev.exoflux.pipeline.placement.ModelFootprint;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ModelCatalogTest {

    static List<KnownModel> all() {
        return ModelCatalog.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void countsTheParametersThatTheMakersPublished(KnownModel model) {
        assertThat(model.countedParameters()).isCloseTo(model.parameters(), withPercentage(2));
        assertThat(model.source()).startsWith("config.json of ").contains("/");
    }

    @ParameterizedTest
    @MethodSource("all")
    void takesTwoBytesAWeightIn16BitsAndHalfABitMoreThanItsBitsBelow(KnownModel model) {
        Stream.of(4, 8, 16)
                .forEach(bits -> assertThat(model.footprint(bits).weightBytes())
                        .isCloseTo(
                                (long) (model.parameters() * (bits == 16 ? 16 : bits + 0.5) / 8), withPercentage(2)));
    }

    @ParameterizedTest
    @CsvSource({
        "llama-3.3-70b, 80, 163840, 1",
        "deepseek-v3-671b, 61, 35136, 0.055",
        "mixtral-8x7b, 32, 65536, 0.276",
        "qwen3-30b-a3b, 48, 49152, 0.091"
    })
    void knowsCachesAndActiveShares(String id, int layers, long elementsPerToken, double active) {
        ModelFootprint footprint = ModelCatalog.find(id).footprint(16);
        assertThat(footprint.layers()).hasSize(layers);
        assertThat(footprint.layers().stream()
                        .mapToLong(LayerFootprint::kvBytesPerToken)
                        .sum())
                .isEqualTo(2 * elementsPerToken);
        double read = footprint.layers().stream()
                .mapToDouble(LayerFootprint::activeBytes)
                .sum();
        double held =
                footprint.layers().stream().mapToDouble(LayerFootprint::bytes).sum();
        assertThat(read / held).isCloseTo(active, withPercentage(10));
    }

    @Test
    void isFoundByItsIdAndByWhereItIsPublished() {
        assertThat(ModelCatalog.find("Llama-3.3-70B").id()).isEqualTo("llama-3.3-70b");
        assertThat(ModelCatalog.find("meta-llama/Llama-3.3-70B-Instruct").id()).isEqualTo("llama-3.3-70b");
        assertThat(ModelCatalog.find("deepseek-r1").id()).isEqualTo("deepseek-r1-671b");
        assertThat(all().stream().map(KnownModel::id)).doesNotHaveDuplicates();
        assertThatThrownBy(() -> ModelCatalog.find("gpt-7"))
                .isInstanceOf(ExofluxException.class)
                .hasMessageContaining("gpt-7")
                .hasMessageContaining("llama-3.1-8b");
    }
}
