package dev.exoflux.mlx;

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
            .importPackages("dev.exoflux.mlx");

    @Test
    void knowsTheModelAlone() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "reactor..",
                        "org.springframework..",
                        "dev.exoflux.kernels..",
                        "dev.exoflux.pipeline..",
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
