package ai.graft.notebooks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may know what, inside this module and beyond it. */
@AnalyzeClasses(packages = "ai.graft.notebooks", importOptions = DoNotIncludeTests.class)
final class ModuleArrowsTest {

    @ArchTest
    static final ArchRule ONLY_THE_KERNEL_KNOWS_JUPYTER = noClasses()
            .that()
            .doNotHaveSimpleName("GraftKernel")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.dflib..");

    @ArchTest
    static final ArchRule WHAT_CELLS_USE_KNOWS_NOTHING_OF_RUNNING_THEM = noClasses()
            .that()
            .resideInAnyPackage("ai.graft.notebooks.show..", "ai.graft.notebooks.samples..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.graft.notebooks", "jdk.jshell..", "picocli..");

    @ArchTest
    static final ArchRule JSON_IS_JACKSON =
            noClasses().should().dependOnClassesThat().resideInAPackage("com.google.gson..");
}
