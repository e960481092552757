package ai.graft.serving;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** What may know what: neither PyTorch nor training is here. */
@AnalyzeClasses(packages = "ai.graft.serving", importOptions = DoNotIncludeTests.class)
final class ModuleArrowsTest {

    @ArchTest
    static final ArchRule NO_TRAINING_AND_FEW_LIBRARIES = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "ai.graft.serving..",
                    "ai.graft.model..",
                    "ai.graft.tokenizer..",
                    "ai.onnx.proto",
                    "ai.onnxruntime..",
                    "com.google.protobuf..",
                    "com.fasterxml.jackson..",
                    "org.jspecify.annotations",
                    "java..");

    @ArchTest
    static final ArchRule PREDICTION_KNOWS_NO_EXPORT = noClasses()
            .that()
            .resideInAnyPackage("ai.graft.serving.predict", "ai.graft.serving.bundle")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "ai.graft.serving.onnx", "ai.graft.serving.layout", "ai.onnx.proto", "com.google.protobuf..");

    @Test
    void classPath_ofThisModule_holdsNoPytorch() {
        assertThatThrownBy(() -> Class.forName("ai.djl.pytorch.engine.PtEngine"))
                .isInstanceOf(ClassNotFoundException.class);
    }
}
