package dev.exoflux.mesh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.pipeline.placement.Strategy;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What peers read of what others, or they themselves in another version, have written. */
final class RecordsTest {

    private static final Order ORDER = new Order(Deployment.of("home/one"), 7, "");
    private static final Decision DECISION = new Decision(
            ORDER,
            8,
            Strategy.PIPELINE,
            List.of(new Decision.Part("a", 0, 4, 1000)),
            2048,
            16,
            1280,
            "0123",
            false,
            new TreeSet<>(List.of("b")),
            "",
            "");

    @Test
    void readsWhatWasWritten() {
        Map<String, String> state = Map.of(
                Records.orderKey("home/one"),
                Records.text(ORDER),
                Records.decisionKey("home/one"),
                Records.text(DECISION));
        assertThat(Records.orders(state)).containsExactly(Map.entry("home/one", ORDER));
        assertThat(Records.decisions(state)).containsExactly(Map.entry("home/one", DECISION));
    }

    @ParameterizedTest
    @ValueSource(strings = {"asked", "strategy", "parts", "fingerprint", "failed", "code", "reason"})
    void aDecisionThatLacksSomethingIsNone(String field) {
        String written = Records.text(DECISION);
        String lacking = written.replaceFirst("\"" + field + "\":", "\"later\":");
        assertThat(lacking).isNotEqualTo(written);
        assertThat(Records.decisions(
                        Map.of(Records.decisionKey("home/one"), lacking, Records.decisionKey("home/two"), written)))
                .containsOnlyKeys("home/two");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "",
                "{\"deployment\":null,\"asked\":1,\"by\":\"\"}",
                "{\"deployment\":{},\"asked\":1}"
            })
    void anOrderThatMakesNoSenseIsNone(String text) {
        assertThat(Records.orders(Map.of(Records.orderKey("home/one"), text))).isEmpty();
    }
}
