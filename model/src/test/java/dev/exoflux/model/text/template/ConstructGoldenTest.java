package dev.exoflux.model.text.template;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every construct of the language by itself: does here what it does in Python. */
final class ConstructGoldenTest {

    @TestFactory
    @SuppressWarnings("unchecked")
    Stream<DynamicTest> rendersAsPythonDoes() {
        Map<String, Object> file = Goldens.read("constructs.json");
        Map<String, Object> variables = (Map<String, Object>) file.get("variables");
        return ((List<Map<String, Object>>) file.get("cases")).stream().map(golden -> {
            String template = (String) golden.get("template");
            return DynamicTest.dynamicTest(
                    golden.get("group") + ": " + template, () -> Goldens.check(golden, template, variables));
        });
    }
}
