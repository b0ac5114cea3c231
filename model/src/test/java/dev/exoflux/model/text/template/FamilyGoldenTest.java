package dev.exoflux.model.text.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whole templates in the manner of the well-known families, each with every conversation. */
@SuppressWarnings("unchecked")
final class FamilyGoldenTest {

    private final Map<String, Object> file = Goldens.read("families.json");
    private final Map<String, String> templates = (Map<String, String>) file.get("templates");
    private final Map<String, Map<String, Object>> common = (Map<String, Map<String, Object>>) file.get("variables");
    private final Map<String, Map<String, Object>> conversations =
            (Map<String, Map<String, Object>>) file.get("conversations");

    @TestFactory
    Stream<DynamicNode> rendersAsPythonDoes() {
        List<Map<String, Object>> cases = (List<Map<String, Object>>) file.get("cases");
        return templates.keySet().stream()
                .map(name -> DynamicContainer.dynamicContainer(
                        name,
                        cases.stream()
                                .filter(golden -> golden.get("template").equals(name))
                                .map(this::test)));
    }

    private DynamicTest test(Map<String, Object> golden) {
        String name = (String) golden.get("template");
        String conversation = (String) golden.get("conversation");
        Map<String, Object> variables = new HashMap<>(common.get(name));
        variables.putAll(conversations.get(conversation));
        return DynamicTest.dynamicTest(conversation, () -> Goldens.check(golden, templates.get(name), variables));
    }
}
