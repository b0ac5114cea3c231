package dev.exoflux.model.text.template;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every construct of the language by itself: does here what it does in Python. */
final class ConstructGoldenTest {

    @TestFactory
    Stream<DynamicTest> rendersAsPythonDoes() {
        return Goldens.constructs().stream()
                .map(golden -> DynamicTest.dynamicTest(golden.group() + ": " + golden.name(), golden::check));
    }
}
