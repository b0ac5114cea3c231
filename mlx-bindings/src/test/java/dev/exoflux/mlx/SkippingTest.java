package dev.exoflux.mlx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A machine without MLX skips what needs it; one that claims to run all tests does not. */
final class SkippingTest {

    @Test
    void testsAreSkippedWithoutMlxAndFailWhereAllHaveToRun() {
        assertThat(TestMlx.lacking(true, true)).isEmpty();
        assertThat(TestMlx.lacking(false, true)).isEmpty();
        assertThat(TestMlx.lacking(false, false)).contains("are skipped").contains("Maybe ");
        assertThatThrownBy(() -> TestMlx.lacking(true, false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("EXOFLUX_CI");
    }
}
