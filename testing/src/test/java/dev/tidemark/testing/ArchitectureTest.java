package dev.tidemark.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.tidemark.testing", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule testcontainers_areKnownToTheContainersOnly =
            noClasses()
                    .that()
                    .haveSimpleNameNotStartingWith("Container")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.testcontainers..", "com.github.dockerjava..");
}
