package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShardSeedTest {

    /** The table that every implementation of the derivation has to give. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0000000000000000",
        "0, 0, 1, 5692161d100b05e5",
        "0, 1, 0, e220a8397b1dcdaf",
        "42, 0, 0, a759ea27d4727622",
        "42, 1, 0, bdd732262feb6e95",
        "42, 0, 1, 4f0a61d9c798d8ca",
        "43, 0, 0, 4f0a61d9c798d8ca",
        "42, 3, 7, d6828056dc6360b9",
        "18446744073709551615, 2, 5, e474c66a4b98b030",
    })
    void derivesTheTable(String base, long shard, long step, String expected) {
        assertThat(ShardSeed.derive(Long.parseUnsignedLong(base), shard, step))
                .isEqualTo(Long.parseUnsignedLong(expected, 16))
                .isEqualTo(ShardSeed.derive(ShardSeed.base(Long.parseUnsignedLong(base), shard), 0, step));
    }
}
