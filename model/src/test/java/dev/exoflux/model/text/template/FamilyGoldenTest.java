package dev.exoflux.model.text.template;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whole templates in the manner of the well-known families, each with every conversation. */
final class FamilyGoldenTest {

    @TestFactory
    Stream<DynamicTest> rendersAsPythonDoes() {
        return Goldens.families().stream()
                .map(golden -> DynamicTest.dynamicTest(golden.group() + ": " + golden.name(), golden::check));
    }
}
