package dev.exoflux.web;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The edges of this room, as CONTRIBUTING.md names them. */
final class ArchitectureRulesTest {

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.exoflux.web");

    @Test
    void knowsNeitherTheShellNorABackend() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.exoflux.shell..", "dev.exoflux.kernels..", "dev.exoflux.model.weights..")
                .check(classes);
    }

    @Test
    void speaksProtocolsThatDoNotKnowHowTheyAreServed() {
        noClasses()
                .that()
                .resideInAPackage("dev.exoflux.web.openai..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("reactor.netty..", "io.netty..", "org.springframework.boot..")
                .check(classes);
    }

    @Test
    void hasNoPackageCycle() {
        slices().matching("dev.exoflux.(**)").should().beFreeOfCycles().check(classes);
    }
}
