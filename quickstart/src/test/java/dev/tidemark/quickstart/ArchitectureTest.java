package dev.tidemark.quickstart;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.tidemark.quickstart", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching("dev.tidemark.quickstart.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule picocli_isKnownToTheCommandLineOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..cli..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule pgjdbc_isKnownToTheLoaderOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..load..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.postgresql..");

    @ArchTest
    static final ArchRule archives_areKnownToTheProgramCacheOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..process..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.commons.compress..", "org.tukaani..");

    @ArchTest
    static final ArchRule services_areNotOnTheClassPath =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.tidemark.retrieval..",
                            "dev.tidemark.cache..",
                            "dev.tidemark.gateway..");
}
