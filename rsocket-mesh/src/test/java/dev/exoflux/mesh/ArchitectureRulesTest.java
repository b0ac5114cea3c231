package dev.exoflux.mesh;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The edges of this room. */
final class ArchitectureRulesTest {

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.exoflux.mesh");

    @Test
    void knowsNeitherSpringNorABackend() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "dev.exoflux.kernels..",
                        "dev.exoflux.starter..",
                        "dev.exoflux.web..",
                        "dev.exoflux.shell..")
                .check(classes);
    }

    @Test
    void hasNoPackageCycle() {
        slices().matching("dev.exoflux.(**)").should().beFreeOfCycles().check(classes);
    }
}
