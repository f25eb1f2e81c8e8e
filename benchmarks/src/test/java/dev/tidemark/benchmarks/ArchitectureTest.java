package dev.tidemark.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.tidemark.benchmarks", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching("dev.tidemark.benchmarks.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule picocli_isKnownToTheCommandLineOnly = onlyIn("..cli..", "picocli..");

    @ArchTest
    static final ArchRule jmh_isKnownToCodeAndValidationOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..code..", "..validation..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.openjdk.jmh..");

    @ArchTest
    static final ArchRule hdrHistogram_isKnownToMeasureOnly =
            onlyIn("..measure..", "org.HdrHistogram..");

    @ArchTest
    static final ArchRule theGatewaysClasses_areKnownToCodeAndValidationOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..code..", "..validation..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.tidemark.gateway..");

    private static ArchRule onlyIn(String owner, String what) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(owner)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(what);
    }
}
