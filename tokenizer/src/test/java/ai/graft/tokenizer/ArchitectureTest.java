package ai.graft.tokenizer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "ai.graft.tokenizer", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule FEW_LIBRARIES = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "ai.graft.tokenizer",
                    "ai.djl..",
                    "com.fasterxml.jackson..",
                    "org.slf4j..",
                    "org.jspecify.annotations",
                    "java..");

    @ArchTest
    static final ArchRule ONE_DOOR_TO_NATIVE_CODE = noClasses()
            .that()
            .haveNameNotMatching(".*NativeTokenizer(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");
}
