package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.Flavour;
import ai.graft.serving.predict.OnnxSession;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Graphs that compute in fp16, for GPUs: what is in which type. They have not run on one; how near their numbers are on a
 * processor, {@link ReducedPrecisionTest} and {@link OnnxParityTest} show.
 */
class HalfGraphTest {
    private static final ExportOptions PORTABLE = ExportOptions.DEFAULT.withPrecision(ExportPrecision.FP16_GPU);
    private static final ExportOptions ORT = PORTABLE.withFlavour(Flavour.ORT);
    private static final Head CLASSIFIER = new Head.SequenceClassification(4);
    private static final String TABLE = "bert.embeddings.word_embeddings.weight";
    private static final String QUERY = "bert.encoder.layer.0.attention.self.query.weight";

    @TempDir
    Path folder;

    static Stream<Arguments> networks() {
        return TinyCheckpoint.CONFIGS.stream()
                .flatMap(config -> TinyCheckpoint.HEADS.stream().map(head -> Arguments.of(config, head)));
    }

    /** Who feeds and reads the file need not know: ids in, fp32 out. Between them nothing is in fp32. */
    @ParameterizedTest
    @MethodSource("networks")
    void write_anyNetwork_computesInHalvesBetweenTheSameInputsAndOutputs(String config, Head head) throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), config, head);
        GraphProto usual = graph(write(tiny, ExportOptions.DEFAULT));
        Path file = write(tiny, PORTABLE);
        OnnxChecker.check(file);
        GraphProto half = graph(file);

        assertThat(half.getInputList()).isEqualTo(usual.getInputList());
        assertThat(half.getOutputList()).isEqualTo(usual.getOutputList());
        assertThat(types(half)).isEqualTo(Set.of(TensorProto.DataType.FLOAT16, TensorProto.DataType.INT64));
        assertThat(widened(half))
                .isEqualTo(half.getOutputList().stream()
                        .map(ValueInfoProto::getName)
                        .collect(Collectors.toSet()));
    }

    @Test
    void write_ort_computesInHalvesToo() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        GraphProto half = graph(write(tiny, ORT));

        assertThat(types(half)).isEqualTo(Set.of(TensorProto.DataType.FLOAT16, TensorProto.DataType.INT64));
        assertThat(widened(half)).containsExactly("logits");
        assertThat(half.getNodeList()).anyMatch(node -> node.getOpType().equals("MultiHeadAttention"));
    }

    private static Set<TensorProto.DataType> types(GraphProto graph) {
        return graph.getInitializerList().stream()
                .map(tensor -> TensorProto.DataType.forNumber(tensor.getDataType()))
                .collect(Collectors.toSet());
    }

    /** What a graph casts to fp32. */
    private static Set<String> widened(GraphProto graph) {
        return graph.getNodeList().stream()
                .filter(node -> node.getOpType().equals("Cast"))
                .filter(node -> node.getAttribute(0).getI() == TensorProto.DataType.FLOAT_VALUE)
                .map(node -> node.getOutput(0))
                .collect(Collectors.toSet());
    }

    /**
     * Half of the lowest fp16, -65504. Beside that itself a score of -16 would round to minus infinity, and a softmax of nothing
     * else is NaN; numpy's fp16 gives it.
     */
    @Test
    void write_mask_leavesRoomForScores() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        GraphProto graph = graph(write(tiny, PORTABLE));

        assertThat(graph.getInitializerList())
                .filteredOn(tensor -> tensor.getDimsCount() == 0)
                .filteredOn(tensor -> tensor.getDataType() == TensorProto.DataType.FLOAT16_VALUE)
                .extracting(tensor -> tensor.getRawData().asReadOnlyByteBuffer())
                .extracting(bytes -> bytes.order(ByteOrder.LITTLE_ENDIAN).getShort())
                .contains((short) 0xF7FF) // sign, exponent 14 (of 2: 16384), fraction 1023/1024: -32752
                .doesNotContain((short) 0xFBFF, (short) 0xFC00); // -65504 and minus infinity
    }

    @Test
    void run_rowOfPaddingAlone_givesNumbersAndLeavesTheOthersAlone() throws IOException, OrtException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        Inputs full = tiny.batch(7, 7, 7);
        int[] mask = full.attentionMask().clone();
        Arrays.fill(mask, 7, mask.length, 0);
        Inputs batch = new Inputs(2, 7, full.inputIds(), mask, full.tokenTypeIds());
        Path file = write(tiny, PORTABLE);
        for (OptLevel level : List.of(OptLevel.NO_OPT, OptLevel.ALL_OPT)) {
            try (OrtSession session = Ort.open(file, level)) {
                float[] logits = Ort.run(session, batch).getOrDefault("logits", new float[0]);
                float[] whole = Ort.run(session, full).getOrDefault("logits", new float[0]);

                assertThat(logits).hasSize(2 * 4).doesNotContain(Float.NaN);
                assertThat(Arrays.copyOf(logits, 4)).isEqualTo(Arrays.copyOf(whole, 4));
            }
        }
    }

    @Test
    void write_weightsToKeep_areMultipliedInFp32() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        for (ExportOptions options : List.of(PORTABLE, ORT)) {
            GraphProto graph = graph(write(tiny, options.withKeepFp32(List.of("self.query"))));

            assertThat(matrices(graph, TensorProto.DataType.FLOAT))
                    .hasSize(3)
                    .allMatch(name -> name.contains("self.query"));
            assertThat(graph.getNodeList())
                    .filteredOn(node -> node.getInputList().contains(QUERY + ".transposed"))
                    .singleElement()
                    .satisfies(product -> assertThat(widened(graph)).contains(product.getInput(0)));
        }
    }

    private static List<String> matrices(GraphProto graph, TensorProto.DataType type) {
        return graph.getInitializerList().stream()
                .filter(tensor -> tensor.getDataType() == type.getNumber())
                .map(TensorProto::getName)
                .filter(name -> name.endsWith(".transposed"))
                .toList();
    }

    /** In the row of the pad token, which no text has. Values up to 5 go through some dozens of roundings of 5e-4. */
    @Test
    void write_weightBeyondHalves_isRefusedByNameAndMayBeKept() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        change(tiny, TABLE, values -> values[0] = 1e6f);
        Inputs batch = tiny.batch(7, 7);

        assertThatThrownBy(() -> write(tiny, PORTABLE))
                .isInstanceOf(ProofFailedException.class)
                .hasMessageContaining(TABLE)
                .hasMessageContaining("--keep-fp32");
        for (ExportOptions options : List.of(PORTABLE, ORT)) {
            Path kept = write(tiny, options.withKeepFp32(List.of("word_embeddings", "LayerNorm", "self.query")));
            double[] expected = tiny.reference(batch).getOrDefault("logits", new double[0]);
            try (OnnxSession session = OnnxSession.open(kept, Device.CPU, 1)) {
                float[] actual = session.run(batch, "logits");
                for (int i = 0; i < 4; i++) {
                    assertThat((double) actual[i]).isCloseTo(expected[i], within(0.02));
                }
            }
        }
    }

    private static void change(TinyCheckpoint tiny, String weight, Consumer<float[]> change) {
        Path file = tiny.directory().resolve("model.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>(SafetensorsFile.read(file));
        tensors.computeIfPresent(weight, (name, tensor) -> {
            float[] values = tensor.toFloats();
            change.accept(values);
            return Tensor.ofFloats(tensor.shape(), values);
        });
        SafetensorsFile.write(file, tensors);
    }

    private Path write(TinyCheckpoint tiny, ExportOptions options) throws IOException {
        Path file = folder.resolve("model.onnx");
        ExportGraph graph = NetworkGraph.of(Checkpoint.open(tiny.directory()).load(tiny.head(), false, 0), options);
        OnnxFile.write(file, graph, Map.of(), false);
        return file;
    }

    private static GraphProto graph(Path file) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph();
    }
}
