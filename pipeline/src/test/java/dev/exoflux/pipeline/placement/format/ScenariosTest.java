package dev.exoflux.pipeline.placement.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Planner;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every case of {@code scenarios.json}, read as a plan file is and answered as {@code exoflux plan --json} does. */
final class ScenariosTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    @TestFactory
    Stream<DynamicTest> tile() throws IOException {
        return each("tile", node -> {
            double[] weights = StreamSupport.stream(node.path("weights").spliterator(), false)
                    .mapToDouble(JsonNode::doubleValue)
                    .toArray();
            int layers = node.path("layers").intValue();
            if (node.has("error")) {
                assertThatThrownBy(() -> Planner.tile(layers, weights))
                        .isInstanceOf(ExofluxException.class)
                        .hasMessageContaining("Maybe");
                return;
            }
            List<Integer> tiles =
                    Planner.tile(layers, weights).stream().map(LayerRange::size).toList();
            assertThat(MAPPER.valueToTree(tiles).toString())
                    .isEqualTo(node.path("tiles").toString());
        });
    }

    @TestFactory
    Stream<DynamicTest> scenarios() throws IOException {
        return each("scenarios", ScenariosTest::check);
    }

    private interface Check {
        void accept(JsonNode node);
    }

    private static Stream<DynamicTest> each(String list, Check check) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                Placement.class.getResourceAsStream("/dev/exoflux/pipeline/placement/scenarios.json"))) {
            List<JsonNode> nodes = new java.util.ArrayList<>();
            MAPPER.readTree(in).path(list).forEach(nodes::add);
            assertThat(nodes).isNotEmpty();
            return nodes.stream()
                    .map(node -> DynamicTest.dynamicTest(
                            node.path("name").asString(node.toString()), () -> check.accept(node)));
        }
    }

    private static void check(JsonNode scenario) {
        JsonNode expect = scenario.path("expect");
        PlanFile file = PlanFile.parse(scenario.toString());
        assertThat(file.remarks()).isEmpty();
        if (expect.has("error")) {
            JsonNode error = error(file).path("error");
            assertThat(error.path("code").stringValue())
                    .isEqualTo(expect.path("error").stringValue());
            expect.path("mentions")
                    .forEach(word ->
                            assertThat(error.path("message").stringValue()).contains(word.stringValue()));
            return;
        }
        JsonNode answer = MAPPER.readTree(PlacementJson.of(file.plan()));
        checkFeasible(scenario, answer);
        for (String exact : List.of("layers", "worldSize", "deviceMatrix", "coordinatorSeenBy", "collective")) {
            if (expect.has(exact)) {
                assertThat(answer.path(exact)).isEqualTo(expect.path(exact));
            }
        }
        if (expect.has("peers")) {
            assertThat(sorted(answer.path("ring"))).isEqualTo(sorted(expect.path("peers")));
        }
        if (expect.has("peersAnyOf")) {
            assertThat(expect.path("peersAnyOf"))
                    .anySatisfy(any -> assertThat(sorted(answer.path("ring"))).isEqualTo(sorted(any)));
        }
        if (expect.has("peerCount")) {
            assertThat(answer.path("ring")).hasSize(expect.path("peerCount").intValue());
        }
        if (expect.has("coordinatorOfRank0Starts")) {
            String rank0 = answer.path("ring").path(0).stringValue();
            assertThat(answer.path("coordinatorSeenBy").path(rank0).stringValue())
                    .startsWith(expect.path("coordinatorOfRank0Starts").stringValue());
        }
    }

    private static JsonNode error(PlanFile file) {
        try {
            throw new AssertionError(PlacementJson.of(file.plan()));
        } catch (ExofluxException e) {
            return MAPPER.readTree(PlacementJson.of(e));
        }
    }

    /** All layers once, nobody empty, nobody over its memory. */
    private static void checkFeasible(JsonNode scenario, JsonNode answer) {
        assertThat(answer.path("tokensPerSecond").doubleValue()).isPositive().isFinite();
        int sum = 0;
        for (JsonNode count : answer.path("layers")) {
            assertThat(count.intValue()).isPositive();
            sum += count.intValue();
        }
        int ranks = answer.path("worldSize").asInt(1);
        assertThat(sum).isEqualTo(ranks * scenario.path("model").path("layers").intValue());
        for (JsonNode peer : scenario.path("peers")) {
            assertThat(answer.path("memoryBytes")
                            .path(peer.path("id").stringValue())
                            .asLong(0))
                    .isLessThanOrEqualTo(peer.path("memoryFreeBytes").longValue());
        }
    }

    private static Set<String> sorted(JsonNode ids) {
        Set<String> sorted = new TreeSet<>();
        ids.forEach(id -> sorted.add(id.stringValue()));
        return sorted;
    }
}
