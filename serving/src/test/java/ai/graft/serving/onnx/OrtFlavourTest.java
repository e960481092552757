package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.Flavour;
import ai.graft.serving.predict.OnnxSession;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture below every head as {@code ort}, judged by the reference interpreter; what the graph is made of. */
class OrtFlavourTest {
    private static final ExportOptions ORT = ExportOptions.DEFAULT.withFlavour(Flavour.ORT);

    /** Some dozen roundings of 6e-8 at values up to 5, and norms whose variance is a difference of two sums. */
    private static final double TOLERANCE = 2e-5;

    @TempDir
    Path folder;

    static Stream<Arguments> networks() {
        return TinyCheckpoint.CONFIGS.stream()
                .flatMap(config -> TinyCheckpoint.HEADS.stream().map(head -> Arguments.of(config, head)));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void graph_anyBatch_agreesWithReference(String config, Head head) throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), config, head);
        int longest = tiny.network().config().maxTokens();
        List<Inputs> batches = List.of(
                tiny.batch(7, 7, 2, 1, 5),
                tiny.batch(1, 1),
                tiny.batch(1, 1, 1, 1),
                tiny.batch(9, 3, 2), // columns that no text reaches
                tiny.batch(longest, longest),
                masked(tiny.batch(6, 6, 5), 0, 1, 3, 8)); // left padding, and holes

        try (OnnxSession session = OnnxSession.open(file(tiny, ORT), Device.CPU, 1)) {
            for (Inputs batch : batches) {
                assertClose(session.run(batch), tiny.reference(batch), batch, head);
            }
        }
    }

    /** A row of nothing but padding must not spoil its neighbours with NaN. */
    @ParameterizedTest
    @MethodSource("networks")
    void graph_rowOfPaddingAlone_leavesTheOthersAsTheyAre(String config, Head head) throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), config, head);
        Inputs alone = tiny.batch(3, 3);
        Inputs beside = tiny.batch(3, 3, 0);
        try (OnnxSession session = OnnxSession.open(file(tiny, ORT), Device.CPU, 1)) {
            Map<String, float[]> outputs = session.run(beside);
            session.run(alone).forEach((name, values) -> {
                float[] both = outputs.getOrDefault(name, new float[0]);
                assertThat(both).hasSize(2 * values.length);
                for (int i = 0; i < both.length; i++) {
                    assertThat(both[i]).as(name).isFinite();
                    if (i < values.length) {
                        assertThat(both[i]).as(name).isCloseTo(values[i], within((float) TOLERANCE));
                    }
                }
            });
        }
    }

    /** Three layers: a norm after each half and one of the embeddings, each with the sum before it. */
    @Test
    void graph_bertClassifier_isFusedAsWritten() throws IOException {
        TinyCheckpoint tiny =
                TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, new Head.SequenceClassification(2));
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file(tiny, ORT)));
        Map<String, Long> operators = model.getGraph().getNodeList().stream()
                .collect(Collectors.groupingBy(NodeProto::getOpType, Collectors.counting()));

        assertThat(operators)
                .containsEntry("MultiHeadAttention", 3L)
                .containsEntry("SkipLayerNormalization", 7L)
                .containsEntry("Gelu", 3L)
                .containsEntry("MatMul", 3 * 6L + 2)
                .doesNotContainKeys("LayerNormalization", "Erf", "Softmax", "Identity");
        assertThat(model.getOpsetImportList())
                .extracting(OperatorSetIdProto::getDomain)
                .containsExactly("", "com.microsoft");
        assertThat(model.getGraph().getInputList())
                .extracting(ValueInfoProto::getName)
                .containsExactlyInAnyOrder(
                        "input_ids", "position_ids", "token_type_ids", "unpack", "pack", "first", "lengths");
    }

    private Path file(TinyCheckpoint tiny, ExportOptions options) throws IOException {
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(
                file,
                NetworkGraph.of(Checkpoint.open(tiny.directory()).load(tiny.head(), false, 0), options),
                Map.of(),
                false);
        return file;
    }

    /** The same with these places hidden. */
    private static Inputs masked(Inputs batch, int... places) {
        int[] mask = batch.attentionMask().clone();
        for (int place : places) {
            mask[place] = 0;
        }
        return new Inputs(batch.rows(), batch.columns(), batch.inputIds(), mask, batch.tokenTypeIds());
    }

    /** Where there are tokens; elsewhere zeros. */
    private static void assertClose(
            Map<String, float[]> actual, Map<String, double[]> expected, Inputs batch, Head head) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> {
            float[] given = actual.getOrDefault(name, new float[0]);
            assertThat(given).as(name).hasSize(values.length);
            boolean perToken = !(head instanceof Head.SequenceClassification) && !name.equals("pooler_output");
            int width = perToken ? values.length / batch.inputIds().length : values.length;
            for (int i = 0; i < values.length; i++) {
                if (!perToken || batch.attentionMask()[i / width] == 1) {
                    assertThat((double) given[i]).as("%s, value %d", name, i).isCloseTo(values[i], within(TOLERANCE));
                }
            }
        });
    }
}
