package ai.graft.finetune;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may know what, inside this module and beyond it. */
@AnalyzeClasses(packages = "ai.graft.finetune", importOptions = DoNotIncludeTests.class)
final class ModuleArrowsTest {

    @ArchTest
    static final ArchRule ONLY_THE_ENGINE_KNOWS_DJL = noClasses()
            .that()
            .resideInAPackage("ai.graft.finetune..")
            .and()
            .resideOutsideOfPackages("ai.graft.finetune.engine..", "ai.graft.finetune.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule ONE_DOOR_TO_NATIVE_CODE = noClasses()
            .that()
            .resideInAPackage("ai.graft.finetune..")
            .and()
            .haveNameNotMatching("ai\\.graft\\.finetune\\.engine\\.TorchModule(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.pytorch.jni..");

    @ArchTest
    static final ArchRule ONE_ROOM_KNOWS_MAVEN = noClasses()
            .that()
            .resideOutsideOfPackage("ai.graft.finetune.maven")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.eclipse.aether..", "org.apache.maven..", "org.codehaus.plexus..");

    @ArchTest
    static final ArchRule NOBODY_NAMES_THE_ROOM_OF_MAVEN = noClasses()
            .that()
            .resideOutsideOfPackage("ai.graft.finetune.maven")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.graft.finetune.maven");

    @ArchTest
    static final ArchRule JSON_IS_JACKSON =
            noClasses().should().dependOnClassesThat().resideInAPackage("com.google.gson..");

    @ArchTest
    static final ArchRule NOBODY_USES_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackage("ai.graft.finetune.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.graft.finetune.cli..", "picocli..");

    @ArchTest
    static final ArchRule FIGURES_KNOW_NOTHING_OF_TRAINING = noClasses()
            .that()
            .resideInAnyPackage("ai.graft.finetune.evaluate..", "ai.graft.finetune.report..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.graft.finetune.train..", "ai.graft.finetune.engine..", "ai.graft.finetune.cli..");

    @ArchTest
    static final ArchRule THE_ENGINE_KNOWS_NO_ROOM_ABOVE = noClasses()
            .that()
            .resideInAPackage("ai.graft.finetune.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "ai.graft.finetune.train..",
                    "ai.graft.finetune.evaluate..",
                    "ai.graft.finetune.report..",
                    "ai.graft.finetune.replay..",
                    "ai.graft.finetune.cli..");

    @ArchTest
    static final ArchRule VECTORS_ARE_ONLY_NUMBERS = noClasses()
            .that()
            .resideInAPackage("ai.graft.finetune.features..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "ai.graft.finetune.train..",
                    "ai.graft.finetune.engine..",
                    "ai.graft.finetune.audit..",
                    "ai.graft.finetune.cli..");

    @ArchTest
    static final ArchRule TRAINING_KNOWS_NO_AUDIT = noClasses()
            .that()
            .resideInAPackage("ai.graft.finetune.train..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.graft.finetune.audit..");
}
