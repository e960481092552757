package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.network.Head;
import ai.graft.serving.predict.Flavour;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The graph as written has ONNX's own operators alone, and the runtime's optimizer recognises what it should. */
class OnnxFusionTest {
    private static final int LAYERS = 3;
    private static final Head CLASSIFIER = new Head.SequenceClassification(2);

    @TempDir
    Path folder;

    static Stream<Head> heads() {
        return Stream.of(new Head.None(), new Head.SequenceClassification(2), new Head.QuestionAnswering());
    }

    /** Two norms a layer and the embeddings' one, each with the sum before it; one GELU a layer, with its bias. */
    @ParameterizedTest
    @MethodSource("heads")
    void optimizer_exportedBert_fusesNormsAndGelu(Head head) throws IOException, OrtException {
        Map<String, Long> operators = operators(optimized(write(TinyCheckpoint.BERT, head)));

        assertThat(operators).containsEntry("SkipLayerNormalization", 2L * LAYERS + 1);
        assertThat(operators).containsEntry("BiasGelu", (long) LAYERS);
        assertThat(operators).containsEntry("FusedMatMul", (long) LAYERS); // scores with their 1/√D
        assertThat(operators).doesNotContainKeys("LayerNormalization", "Erf", "Div", "Identity");
    }

    /** Four products a layer take their bias, and the two before a norm leave it to this; GELU has none of its own. */
    @Test
    void optimizer_ortBert_takesBiasesIntoProducts() throws IOException, OrtException {
        ExportOptions ort = ExportOptions.DEFAULT.withFlavour(Flavour.ORT);
        Map<String, Long> fp32 = operators(optimized(write(TinyCheckpoint.BERT, CLASSIFIER, ort)));
        assertThat(fp32).containsEntry("Gelu", (long) LAYERS).doesNotContainKey("BiasGelu");
        assertThat(fp32.getOrDefault("Gemm", 0L) + fp32.getOrDefault("FusedGemm", 0L))
                .isEqualTo(4 * LAYERS + 2); // pooler and classifier
        assertThat(fp32).containsEntry("MatMul", 2L * LAYERS).containsEntry("Add", 1L); // of two embeddings

        Map<String, Long> int8 = operators(optimized(write(
                TinyCheckpoint.BERT,
                CLASSIFIER,
                ort.withPrecision(ExportPrecision.INT8).withScale(Int8Scale.TENSOR))));
        assertThat(int8)
                .containsEntry("Gelu", (long) LAYERS)
                .containsEntry("Add", 1L)
                .doesNotContainKeys("BiasGelu", "MatMulInteger");
    }

    @Test
    void graph_asWritten_hasOpset17OfOnnxAlone() throws IOException {
        ModelProto model = read(write(TinyCheckpoint.BERT, new Head.SequenceClassification(2)));

        assertThat(model.getIrVersion()).isEqualTo(8);
        assertThat(model.getOpsetImportList()).hasSize(1);
        assertThat(model.getOpsetImport(0).getDomain()).isEmpty();
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(17);
        assertThat(model.getGraph().getNodeList())
                .allMatch(node -> node.getDomain().isEmpty());
        assertThat(model.getGraph()
                        .getInput(0)
                        .getType()
                        .getTensorType()
                        .getShape()
                        .getDimList())
                .extracting(dimension -> dimension.getDimParam())
                .containsExactly("batch", "sequence");
    }

    /** BERT's tied decoder is the table of words, which would be a third of a small model. */
    @Test
    void graph_tiedDecoder_holdsTheTableOnce() throws IOException {
        ModelProto model = read(write(TinyCheckpoint.BERT, new Head.MaskedLm()));

        long tables = model.getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getDimsList().contains(60L) && tensor.getDimsCount() == 2)
                .count();
        assertThat(tables).isEqualTo(1);
    }

    /** Rounding, product and scaling as one kernel: written out they would cost most of what eight bits win. */
    @Test
    void optimizer_portableInt8_fusesProductsWithTheirScales() throws IOException, OrtException {
        ExportOptions options = ExportOptions.DEFAULT.withPrecision(ExportPrecision.INT8);
        Map<String, Long> operators =
                operators(optimized(write(TinyCheckpoint.BERT, new Head.SequenceClassification(2), options)));

        long fused = operators.getOrDefault("DynamicQuantizeMatMul", 0L)
                + operators.getOrDefault("MatMulIntegerToFloat", 0L);
        assertThat(fused).isEqualTo(6L * LAYERS);
        assertThat(operators).doesNotContainKey("MatMulInteger");
    }

    private Path write(String config, Head head) throws IOException {
        return write(config, head, ExportOptions.DEFAULT);
    }

    private Path write(String config, Head head, ExportOptions options) throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), config, head);
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(
                file,
                NetworkGraph.of(Checkpoint.open(tiny.directory()).load(head, false, 0), options),
                Map.of(),
                false);
        return file;
    }

    private ModelProto optimized(Path file) throws IOException, OrtException {
        Path optimized = folder.resolve("optimized.onnx");
        try (SessionOptions options = new SessionOptions()) {
            options.setOptimizationLevel(SessionOptions.OptLevel.EXTENDED_OPT);
            options.setOptimizedModelFilePath(optimized.toString());
            OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
            session.close();
        }
        return read(optimized);
    }

    private static ModelProto read(Path file) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file));
    }

    private static Map<String, Long> operators(ModelProto model) {
        return model.getGraph().getNodeList().stream()
                .collect(Collectors.groupingBy(NodeProto::getOpType, Collectors.counting()));
    }
}
