package ai.graft.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may know what, inside this module and beyond it. */
@AnalyzeClasses(packages = "ai.graft.model", importOptions = DoNotIncludeTests.class)
final class ModuleArrowsTest {

    @ArchTest
    static final ArchRule NO_ENGINE_AND_FEW_LIBRARIES = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "ai.graft.model..",
                    "ai.onnx.proto",
                    "com.google.protobuf..",
                    "com.fasterxml.jackson..",
                    "org.slf4j..",
                    "org.jspecify.annotations",
                    "java..");

    @ArchTest
    static final ArchRule ONLY_CHECKPOINTS_KNOW_ONNX = noClasses()
            .that()
            .resideOutsideOfPackage("ai.graft.model.checkpoint")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.onnx..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule CONFIGURATIONS_STAND_ALONE = noClasses()
            .that()
            .resideInAPackage("ai.graft.model.config")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "ai.graft.model.checkpoint",
                    "ai.graft.model.network",
                    "ai.graft.model.reference",
                    "ai.graft.model.task");

    @ArchTest
    static final ArchRule NETWORKS_KNOW_NO_INTERPRETER = noClasses()
            .that()
            .resideInAPackage("ai.graft.model.network")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.graft.model.checkpoint", "ai.graft.model.reference", "ai.graft.model.task");

    @ArchTest
    static final ArchRule INTERPRETERS_KNOW_NO_FILES = noClasses()
            .that()
            .resideInAPackage("ai.graft.model.reference")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.graft.model.checkpoint");
}
