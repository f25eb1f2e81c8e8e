package dev.tidemark.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may depend on what. */
@AnalyzeClasses(
        packages = "dev.tidemark.gateway",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching("dev.tidemark.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule caffeine_isKnownToTheNearCacheAndTheGuardOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..near..", "..guard..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.github.benmanes..");

    @ArchTest
    static final ArchRule bucket4j_isKnownToOnePackageOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..guard..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.github.bucket4j..");

    @ArchTest
    static final ArchRule resilience4j_isKnownToOnePackageOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..resilience..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.github.resilience4j..");

    @ArchTest
    static final ArchRule springSecurity_isKnownToOnePackageOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..security..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework.security..");

    @ArchTest
    static final ArchRule theTracer_isKnownToOnePackageOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..trace..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.micrometer.tracing..");

    @ArchTest
    static final ArchRule policies_arePlainFunctions =
            noClasses()
                    .that()
                    .resideInAnyPackage("..http..", "..time..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.springframework..", "reactor..", "io.netty..");

    @ArchTest
    static final ArchRule theWebFramework_isKnownToTheSeatsOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..route..", "..security..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.springframework.web..",
                            "org.springframework.http..",
                            "org.springframework.cloud..");
}
