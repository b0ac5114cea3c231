package dev.exoflux.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.kernels.Activations;
import dev.exoflux.mlx.MlxActivations;
import dev.exoflux.model.ErrorCode;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What MLX is told of what a user wishes. */
final class BackendsTest {

    private static final Path HOME = Path.of("home");

    @ParameterizedTest
    @CsvSource({
        "ROUNDED, AUTO, AUTO",
        "ROUNDED, BF16, BF16",
        "ROUNDED, F16, F16",
        "ROUNDED, F32, F32",
        "EXACT, AUTO, F32",
        "EXACT, F32, F32"
    })
    void mlxKeepsWhatIsAskedForUnlessAllIsToBeExact(
            Activations activations, MlxActivations asked, MlxActivations kept) {
        assertThat(Backends.mlx(HOME, activations, asked, false).activations()).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({"BF16, bf16", "F16, f16"})
    void nothingIsExactInHalves(MlxActivations asked, String named) {
        assertThatThrownBy(() -> Backends.mlx(HOME, Activations.EXACT, asked, false))
                .hasMessageContainingAll(named, "Maybe")
                .extracting("code")
                .isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    }
}
