package dev.tidemark.retrieval;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know what. */
@AnalyzeClasses(
        packages = "dev.tidemark.retrieval",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching("dev.tidemark.retrieval.(*)..").should().beFreeOfCycles();

    @ArchTest static final ArchRule jooq_isKnownToQueryOnly = owned("query", "org.jooq..");

    @ArchTest
    static final ArchRule hikari_isKnownToDatabaseOnly = owned("database", "com.zaxxer..");

    @ArchTest
    static final ArchRule persistence_isKnownToPolicyOnly =
            owned(
                    "policy",
                    "jakarta.persistence..",
                    "org.hibernate..",
                    "org.flywaydb..",
                    "org.springframework.data..");

    @ArchTest static final ArchRule picocli_isKnownToDbaOnly = owned("dba", "picocli..");

    @ArchTest
    static final ArchRule http_isKnownToReadWriteAndProblemOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "..retrieval.read..", "..retrieval.write..", "..retrieval.problem..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("jakarta.servlet..", "org.apache.catalina..");

    @ArchTest
    static final ArchRule table_knowsNothingOfRequests =
            noClasses()
                    .that()
                    .resideInAPackage("..retrieval.table..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("dev.tidemark.common.request..");

    private static ArchRule owned(String owner, String... technologies) {
        return noClasses()
                .that()
                .resideOutsideOfPackage("dev.tidemark.retrieval." + owner)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(technologies);
    }
}
