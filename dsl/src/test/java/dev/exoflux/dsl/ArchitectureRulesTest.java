package dev.exoflux.dsl;

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
            .importPackages("dev.exoflux.dsl");

    @Test
    void knowsThePipelineAndNeitherSpringNorAMesh() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "io.rsocket..",
                        "io.netty..",
                        "dev.exoflux.kernels..",
                        "dev.exoflux.mesh..",
                        "dev.exoflux.starter..",
                        "dev.exoflux.web..",
                        "dev.exoflux.shell..")
                .check(classes);
    }

    @Test
    void definesWithoutYaml() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.exoflux.dsl.yaml..", "dev.exoflux.dsl.run..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.yaml..", "dev.exoflux.dsl.yaml..")
                .check(classes);
    }

    @Test
    void hasNoPackageCycle() {
        slices().matching("dev.exoflux.(**)").should().beFreeOfCycles().check(classes);
    }
}
