package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.Flavour;
import ai.graft.serving.predict.OnnxSession;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Exports in int8 and fp16: how near they are to the reference, what stays in fp32, what batches change. */
class ReducedPrecisionTest {
    /** Wide enough that errors of rounding average out as in real encoders. */
    private static final String WIDE = """
            {"model_type": "bert", "vocab_size": 60, "hidden_size": 64, "num_attention_heads": 4, "num_hidden_layers": 4,
             "intermediate_size": 256, "max_position_embeddings": 40, "type_vocab_size": 2, "hidden_act": "gelu"}""";

    private static final ExportOptions PORTABLE8 = ExportOptions.DEFAULT.withPrecision(ExportPrecision.INT8);
    private static final ExportOptions ORT8 = PORTABLE8.withFlavour(Flavour.ORT);
    private static final ExportOptions TENSOR8 = ORT8.withScale(Int8Scale.TENSOR);
    private static final ExportOptions PORTABLE16 = ExportOptions.DEFAULT.withPrecision(ExportPrecision.FP16);
    private static final ExportOptions ORT16 = PORTABLE16.withFlavour(Flavour.ORT);

    private static final ExportOptions PORTABLE_GPU = ExportOptions.DEFAULT.withPrecision(ExportPrecision.FP16_GPU);
    private static final ExportOptions ORT_GPU = PORTABLE_GPU.withFlavour(Flavour.ORT);

    private static final Head CLASSIFIER = new Head.SequenceClassification(4);

    @TempDir
    Path folder;

    static Stream<Arguments> networks() {
        return TinyCheckpoint.CONFIGS.stream()
                .flatMap(config -> TinyCheckpoint.HEADS.stream()
                        .flatMap(head -> Stream.of(PORTABLE8, ORT8, TENSOR8, PORTABLE16, ORT16, PORTABLE_GPU, ORT_GPU)
                                .map(options -> Arguments.of(config, head, options))));
    }

    /**
     * Eight bits move a value by a third of a level of 127 on average, which is one percent of the usual value of a row, in
     * each of some dozen products; half precision keeps 11 bits of a weight, or of every value on its way through some
     * dozens of operations, which sums that nearly cancel show twentyfold. What moved nothing was not rounded.
     */
    @ParameterizedTest
    @MethodSource("networks")
    void graph_anyNetwork_isNearTheReferenceAndNotEqual(String config, Head head, ExportOptions options)
            throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), config, head);
        Inputs batch = tiny.batch(7, 7, 2, 1, 5);
        try (OnnxSession session = open(tiny, options)) {
            Map<String, float[]> outputs = session.run(batch);
            Map<String, double[]> expected = tiny.reference(batch);
            assertThat(outputs.keySet()).isEqualTo(expected.keySet());
            expected.forEach((name, values) -> {
                boolean perToken = !(head instanceof Head.SequenceClassification) && !name.equals("pooler_output");
                double error = error(values, outputs.getOrDefault(name, new float[0]), batch, perToken);
                assertThat(error).as(name).isBetween(least(options), most(options));
            });
        }
    }

    private static double least(ExportOptions options) {
        return options.precision() == ExportPrecision.FP16 ? 1e-6 : 1e-4;
    }

    private static double most(ExportOptions options) {
        return switch (options.precision()) {
            case FP32 -> 0;
            case FP16 -> 2e-3;
            case FP16_GPU -> 0.02;
            case INT8 -> 0.04;
        };
    }

    /** Length of the difference, as a share of the length of what was expected, over real tokens. */
    private static double error(double[] expected, float[] actual, Inputs batch, boolean perToken) {
        int width = perToken ? expected.length / batch.inputIds().length : expected.length;
        double error = 0;
        double length = 0;
        for (int i = 0; i < expected.length; i++) {
            if (!perToken || batch.attentionMask()[i / width] == 1) {
                error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
                length += expected[i] * expected[i];
            }
        }
        return Math.sqrt(error / length);
    }

    /** What a service needs: no text's answer hangs on the others of its batch. */
    @Test
    void logits_int8ByToken_areTheSameAloneAndInABatch() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), WIDE, CLASSIFIER);

        assertThat(dependence(tiny, ORT8)).isLessThanOrEqualTo(1e-6);
        assertThat(dependence(tiny, TENSOR8)).isGreaterThan(1e-3); // so that the other could fail
    }

    /** By how much a logit of a text is another alone than in a batch of seven. */
    private double dependence(TinyCheckpoint tiny, ExportOptions options) throws IOException {
        Inputs batch = tiny.batch(30, 30, 2, 14, 5, 7, 9, 22);
        double largest = 0;
        try (OnnxSession session = open(tiny, options)) {
            float[] together = session.run(batch, "logits");
            for (int row = 0; row < batch.rows(); row++) {
                float[] alone = session.run(alone(batch, row), "logits");
                for (int i = 0; i < alone.length; i++) {
                    largest = Math.max(largest, Math.abs(alone[i] - together[row * alone.length + i]));
                }
            }
        }
        return largest;
    }

    /** The encoder's layers are nine tenths of these weights: a quarter of them stays, or a half of all. */
    @Test
    void write_reducedPrecision_isWellBelowFp32() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), WIDE, CLASSIFIER);
        double full = bytes(tiny, ExportOptions.DEFAULT);

        assertThat(bytes(tiny, PORTABLE8) / full).isLessThan(0.4);
        assertThat(bytes(tiny, ORT8) / full).isLessThan(0.4);
        assertThat(bytes(tiny, PORTABLE16) / full).isLessThan(0.55);
        assertThat(bytes(tiny, ORT16) / full).isLessThan(0.55);
        assertThat(bytes(tiny, PORTABLE_GPU)).isLessThan(bytes(tiny, PORTABLE16)); // vectors too
        assertThat(bytes(tiny, ORT_GPU)).isLessThan(bytes(tiny, ORT16));
    }

    private double bytes(TinyCheckpoint tiny, ExportOptions options) throws IOException {
        return Files.size(write(tiny, options));
    }

    @Test
    void write_weightsInAFileOfTheirOwn_computeTheSameBits() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        Inputs batch = tiny.batch(7, 7, 2, 1, 5);
        for (ExportOptions options : List.of(ORT8, PORTABLE16, PORTABLE_GPU)) {
            Path apart = folder.resolve(options.precision() + ".onnx");
            assertThat(OnnxFile.write(apart, graph(tiny, options), Map.of(), true))
                    .isTrue();
            try (OnnxSession session = OnnxSession.open(apart, Device.CPU, 1);
                    OnnxSession inside = open(tiny, options)) {
                assertThat(session.run(batch, "logits")).isEqualTo(inside.run(batch, "logits"));
            }
        }
    }

    @Test
    void write_int8_keepsTablesHeadAndNormsInFp32() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        for (ExportOptions options : List.of(PORTABLE8, ORT8, TENSOR8)) {
            List<String> eight = weights(tiny, options, TensorProto.DataType.INT8);

            assertThat(eight).isNotEmpty().allMatch(name -> name.contains("encoder.layer."));
            assertThat(String.join(" ", eight))
                    .contains("query.weight", "key.weight", "value.weight", "attention.output.dense.weight")
                    .contains("intermediate.dense.weight", "layer.0.output.dense.weight");
            assertThat(weights(tiny, options, TensorProto.DataType.FLOAT))
                    .contains("bert.embeddings.word_embeddings.weight", "classifier.weight.transposed")
                    .noneMatch(name -> name.contains("encoder.layer.") && name.endsWith(".transposed"));
        }
    }

    @Test
    void write_portableInt8_hasNoOperatorsOfMicrosoft() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(write(tiny, PORTABLE8)));

        assertThat(model.getOpsetImportCount()).isEqualTo(1);
        assertThat(model.getGraph().getNodeList())
                .allMatch(node -> node.getDomain().isEmpty())
                .filteredOn(node -> node.getOpType().equals("MatMulInteger"))
                .hasSize(3 * 6); // layers, linears a layer
    }

    @Test
    void write_patternsToKeep_leaveTheNamedWeightsInFp32() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        ExportOptions options = ORT8.withKeepFp32(List.of("layer.*.output.dense", "layer.0.attention.self.query"));

        assertThat(weights(tiny, options, TensorProto.DataType.FLOAT))
                .contains(
                        "bert.encoder.layer.0.output.dense.weight.transposed",
                        "bert.encoder.layer.1.output.dense.weight.transposed",
                        "bert.encoder.layer.0.attention.self.query.weight.transposed");
        assertThat(weights(tiny, options, TensorProto.DataType.INT8))
                .contains(
                        "bert.encoder.layer.0.attention.self.key.weight.int8",
                        "bert.encoder.layer.1.attention.output.dense.weight.int8") // a star stands for no dot
                .noneMatch(name -> name.contains("layer.1.output.dense"));
        assertThatThrownBy(() -> write(tiny, ORT8.withKeepFp32(List.of("layer.7"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no weight's name holds 'layer.7'")
                .hasMessageContaining("'classifier.weight'");
    }

    /** A row of a weight is a column of the product's: a largest of 1 is 127 levels, and so 0.25 is 31.75 of them. */
    @Test
    void eight_rowsOfAWeight_areRoundedToTheirOwnLargest() {
        ByteBuffer floats = Initializer.littleEndian(4 * 9);
        floats.asFloatBuffer().put(new float[] {0.4f, -1, 0.25f, 0, 0, 0, 254, 1.2f, -3.2f});
        GraphBuilder graph = new GraphBuilder();
        GraphWeights weights =
                new GraphWeights(graph, ORT8, name -> floats.duplicate().order(floats.order()));
        weights.declare("w", 3, 3);

        GraphWeights.Eight eight = weights.eight("w");
        graph.output(eight.values(), "values", 3, 3);
        graph.output(eight.scales(), "scales", 3);
        List<Initializer> written = graph.build("eight", Map.of()).initializers();

        assertThat(content(written, eight.values()).array()).containsExactly(51, 0, 127, -127, 0, 1, 32, 0, -2);
        FloatBuffer scales = content(written, eight.scales()).asFloatBuffer();
        assertThat(scales.get(0)).isEqualTo(1 / 127f);
        assertThat(scales.get(1)).isEqualTo(1);
        assertThat(scales.get(2)).isEqualTo(2);
    }

    private static ByteBuffer content(List<Initializer> initializers, String name) {
        return initializers.stream()
                .filter(initializer -> initializer.name().equals(name))
                .findFirst()
                .orElseThrow()
                .content()
                .get();
    }

    @Test
    void write_weightBeyondHalfPrecision_isRefusedByName() {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        Path file = tiny.directory().resolve("model.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>(SafetensorsFile.read(file));
        float[] values = new float[60 * 16];
        values[17] = 1e6f;
        String table = "bert.embeddings.word_embeddings.weight";
        tensors.put(table, Tensor.ofFloats(List.of(60, 16), values));
        SafetensorsFile.write(file, tensors);

        assertThatThrownBy(() -> write(tiny, PORTABLE16))
                .isInstanceOf(ProofFailedException.class)
                .hasMessageContaining(table)
                .hasMessageContaining("element 17 is 1000000.0")
                .hasMessageContaining("--keep-fp32");
        assertThatCode(() -> write(tiny, PORTABLE16.withKeepFp32(List.of("word_embeddings"))))
                .doesNotThrowAnyException();
    }

    @Test
    void options_thatExcludeEachOther_areRefused() {
        assertThatThrownBy(() -> PORTABLE8.withScale(Int8Scale.TOKEN)).hasMessageContaining("Use the flavour ort");
        assertThatThrownBy(() -> ORT16.withScale(Int8Scale.TENSOR)).hasMessageContaining("the precision is fp16");
        assertThatThrownBy(() -> ExportOptions.DEFAULT.withKeepFp32(List.of("layer.0")))
                .hasMessageContaining("[layer.0]")
                .hasMessageContaining("the precision is fp32 for all");
        assertThatThrownBy(() -> ORT8.withKeepFp32(List.of(" "))).hasMessageContaining("is empty");
    }

    private List<String> weights(TinyCheckpoint tiny, ExportOptions options, TensorProto.DataType type)
            throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(write(tiny, options))).getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getDataType() == type.getNumber() && tensor.getDimsCount() == 2)
                .map(TensorProto::getName)
                .toList();
    }

    private static Inputs alone(Inputs batch, int row) {
        int from = row * batch.columns();
        int length = Arrays.stream(batch.attentionMask(), from, from + batch.columns())
                .sum();
        return new Inputs(
                1,
                length,
                Arrays.copyOfRange(batch.inputIds(), from, from + length),
                Arrays.copyOfRange(batch.attentionMask(), from, from + length),
                Arrays.copyOfRange(batch.tokenTypeIds(), from, from + length));
    }

    private OnnxSession open(TinyCheckpoint tiny, ExportOptions options) throws IOException {
        return OnnxSession.open(write(tiny, options), Device.CPU, 1);
    }

    private Path write(TinyCheckpoint tiny, ExportOptions options) throws IOException {
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(file, graph(tiny, options), Map.of(), false);
        return file;
    }

    private static ExportGraph graph(TinyCheckpoint tiny, ExportOptions options) {
        return NetworkGraph.of(Checkpoint.open(tiny.directory()).load(tiny.head(), false, 0), options);
    }
}
