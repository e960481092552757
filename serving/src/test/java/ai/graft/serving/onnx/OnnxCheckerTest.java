package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.network.Head;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** That the checker finds what it is there for; what it accepts, other tests show. */
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
class OnnxCheckerTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void export() {
        TinyCheckpoint tiny =
                TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, new Head.SequenceClassification(3));
        OnnxExporter.export(tiny.directory(), folder.resolve("exported"));
        file = folder.resolve("exported").resolve("model.onnx");
    }

    private void change(Consumer<ModelProto.Builder> change) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        change.accept(model);
        Files.write(file, model.build().toByteArray());
    }

    @Test
    void check_unknownOperator_isRefused() throws IOException {
        change(model -> model.getGraphBuilder().getNodeBuilder(0).setOpType("Conjure"));

        assertThatThrownBy(() -> OnnxChecker.check(file))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Conjure");
    }

    @Test
    void check_inputOfANodeThatNothingGives_isRefused() throws IOException {
        change(model -> model.getGraphBuilder().getNodeBuilder(3).setInput(0, "nowhere"));

        assertThatThrownBy(() -> OnnxChecker.check(file))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nowhere");
    }
}
