package dev.tidemark.cache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may know what. */
@AnalyzeClasses(
        packages = "dev.tidemark.cache",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching("dev.tidemark.cache.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule redis_isTheOnlyOneToKnowLettuce =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.tidemark.cache.redis..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.lettuce..", "org.springframework.data..");

    @ArchTest
    static final ArchRule entry_knowsTheJdkAndTheWireRecordsOnly =
            classes()
                    .that()
                    .resideInAPackage("dev.tidemark.cache.entry..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "org.jspecify..",
                            "dev.tidemark.common..",
                            "dev.tidemark.cache.entry..");

    @ArchTest
    static final ArchRule features_areReachedThroughTheStore =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.tidemark.cache.redis..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.tidemark.cache.redis..");
}
