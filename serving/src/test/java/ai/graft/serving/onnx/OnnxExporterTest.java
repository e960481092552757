package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.Flavour;
import ai.graft.serving.predict.OnnxMetadata;
import ai.graft.serving.predict.OnnxSession;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.Tokenizer;
import ai.graft.tokenizer.TokenizerException;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxExporterTest {
    private static final Head CLASSIFIER = new Head.SequenceClassification(4);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    static Stream<Head> heads() {
        return TinyCheckpoint.HEADS.stream();
    }

    private TinyCheckpoint tiny(Head head) {
        return TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, head);
    }

    private Path target() {
        return folder.resolve("exported");
    }

    @ParameterizedTest
    @MethodSource("heads")
    void export_noGoldenData_isComparedWithTheReference(Head head) throws IOException {
        ExportReport report = OnnxExporter.export(tiny(head).directory(), target());

        OnnxMetadata.Proof proof = report.metadata().proof();
        assertThat(proof.against()).isEqualTo("reference arithmetic in doubles");
        assertThat(proof.comparisons()).isEqualTo(4 + 3 + 4); // 1, 2, 7 and 24 tokens alone, the short ones, all
        assertThat(proof.maxDifference()).isPositive().isLessThan(1e-5);
        assertThat(proof.runtime()).startsWith("ONNX Runtime 1.");
        assertThat(report.bytes()).isEqualTo(Files.size(target().resolve("model.onnx")));
        OnnxChecker.check(target().resolve("model.onnx"));
        assertThat(files(target()))
                .containsExactlyInAnyOrder(
                        "model.onnx",
                        "config.json",
                        "graft.json",
                        "export.json",
                        "tokenizer.json",
                        "tokenizer_config.json");
        assertThat(files(folder)).containsExactlyInAnyOrder("model", "exported");
    }

    @Test
    void export_goldenData_isComparedWithThem() throws IOException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        writeGolden(tiny, 0);

        OnnxMetadata.Proof proof =
                OnnxExporter.export(tiny.directory(), target()).metadata().proof();

        assertThat(proof.against()).isEqualTo("golden.json");
        assertThat(proof.comparisons()).isEqualTo(3 + 2 + 3);
        assertThat(proof.maxDifference()).isLessThan(1e-5);
    }

    @Test
    void export_goldenDataOfOtherWeights_keepsNothingAndShowsTheWorstExample() throws IOException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        writeGolden(tiny, 2e-4);

        assertThatThrownBy(() -> OnnxExporter.export(tiny.directory(), target()))
                .isInstanceOf(ProofFailedException.class)
                .hasMessageContaining("golden.json case 2 (24 tokens, in a batch of ")
                .hasMessageContaining("more than 1.0E-4")
                .hasMessageContaining("logits, value 3: ")
                .hasMessageContaining("No file was kept");
        assertThat(files(folder)).containsExactly("model");
    }

    @Test
    void export_goldenDataWithTooManyLogits_isRefused() throws IOException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        Files.writeString(
                tiny.directory().resolve("golden.json"),
                "{\"format\": 1, \"cases\": [{\"input_ids\": [2, 5, 3], \"token_type_ids\": [0, 0, 0],"
                        + " \"logits\": [1, 2, 3, 4, 5]}]}");

        assertThatThrownBy(() -> OnnxExporter.export(tiny.directory(), target()))
                .isInstanceOf(ProofFailedException.class)
                .hasMessageContaining("gives 4 values, expected are 5");
    }

    @Test
    void metadata_exportedClassifier_sayWhatAServiceNeeds() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(
                folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER, Optional.of("multi_label_classification"));
        OnnxMetadata metadata = OnnxExporter.export(tiny.directory(), target()).metadata();

        assertThat(metadata.modelClass()).isEqualTo("BertForSequenceClassification");
        assertThat(metadata.task()).isEqualTo("multi-label");
        assertThat(metadata.labels()).containsExactly("a", "b", "c", "d");
        assertThat(metadata.maxLength()).isEqualTo(24);
        assertThat(metadata.flavour()).isEqualTo("portable");
        assertThat(metadata.sourceFingerprint()).matches("[0-9a-f]{64}");
        try (Tokenizer tokenizer = Tokenizer.load(tiny.directory())) {
            assertThat(metadata.tokenizerFingerprint()).isEqualTo(tokenizer.fingerprint());
        }
        JsonNode kept = JSON.readTree(target().resolve("export.json").toFile());
        assertThat(kept.path("proof").path("max_difference").asDouble())
                .isEqualTo(metadata.proof().maxDifference());
        JsonNode graft = JSON.readTree(target().resolve("graft.json").toFile());
        assertThat(graft.path("labels").size()).isEqualTo(4);
        assertThat(graft.path("max_length").asInt()).isEqualTo(24);
    }

    @Test
    void sourceFingerprint_oneWeightChanged_isAnother() {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        String before = SourceFingerprint.of(Checkpoint.open(tiny.directory()));
        assertThat(SourceFingerprint.of(Checkpoint.open(tiny.directory()))).isEqualTo(before);

        rewrite(tiny, "classifier.bias", Tensor.ofFloats(List.of(4), new float[4]));

        assertThat(SourceFingerprint.of(Checkpoint.open(tiny.directory()))).isNotEqualTo(before);
    }

    @Test
    void export_graftJsonInTheCheckpoint_itsLengthAndContentAreKept() throws IOException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        String graft = "{\"format\": 1, \"task\": \"single-label\", \"max_length\": 9, \"provenance\": {\"x\": 1}}\n";
        Files.writeString(tiny.directory().resolve("graft.json"), graft);

        ExportReport report = OnnxExporter.export(tiny.directory(), target());

        assertThat(report.metadata().maxLength()).isEqualTo(9);
        assertThat(target().resolve("graft.json")).hasContent(graft);
    }

    @Test
    void export_externalData_writesTwoFilesThatComputeTheSame() throws IOException, OrtException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        Path one = folder.resolve("one");
        OnnxExporter.export(tiny.directory(), one);
        ExportReport report = OnnxExporter.export(
                tiny.directory().toString(), target(), ExportOptions.DEFAULT.withExternalData(true));

        assertThat(report.externalData()).isTrue();
        OnnxChecker.check(target().resolve("model.onnx"));
        assertThat(report.bytes())
                .isEqualTo(
                        Files.size(target().resolve("model.onnx")) + Files.size(target().resolve("model.onnx.data")));
        Inputs batch = tiny.batch(7, 7, 2, 1);
        try (OrtSession inside = Ort.open(one.resolve("model.onnx"), OptLevel.ALL_OPT);
                OrtSession apart = Ort.open(target().resolve("model.onnx"), OptLevel.ALL_OPT)) {
            assertThat(Ort.run(apart, batch).get("logits"))
                    .isEqualTo(Ort.run(inside, batch).get("logits"));
        }
    }

    static Stream<ExportOptions> reduced() {
        ExportOptions eight = ExportOptions.DEFAULT.withPrecision(ExportPrecision.INT8);
        ExportOptions sixteen = ExportOptions.DEFAULT.withPrecision(ExportPrecision.FP16);
        return Stream.of(eight, eight.withFlavour(Flavour.ORT), sixteen, sixteen.withFlavour(Flavour.ORT));
    }

    @ParameterizedTest
    @MethodSource("reduced")
    void export_reducedPrecision_saysHowNearItIs(ExportOptions options) throws IOException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        writeGolden(tiny, 0);

        ExportReport report = OnnxExporter.export(tiny.directory().toString(), target(), options);

        OnnxMetadata metadata = report.metadata();
        assertThat(metadata.flavour()).isEqualTo(options.flavour().label());
        assertThat(metadata.precision()).isEqualTo(options.precision().label());
        OnnxMetadata.Proof proof = metadata.proof();
        assertThat(proof.against()).isEqualTo("golden.json");
        assertThat(proof.maxDifference()).isBetween(1e-5, 0.1); // reduced indeed
        assertThat(proof.meanCosine()).isBetween(0.99, 1.0);
        assertThat(proof.equalDecisions()).isEqualTo(1);
        JsonNode kept = JSON.readTree(target().resolve("export.json").toFile());
        assertThat(kept.path("flavour").asText()).isEqualTo(options.flavour().label());
        assertThat(kept.path("precision").asText())
                .isEqualTo(options.precision().label());
        assertThat(kept.path("proof").path("mean_cosine").asDouble()).isEqualTo(proof.meanCosine());
        assertThat(kept.path("proof").path("equal_decisions").asDouble()).isEqualTo(1);
        assertThat(kept.path("proof").has("tolerance")).isFalse();
    }

    /** The weights choose another label than these logits do, and those clearly. */
    @Test
    void export_int8OfOtherDecisions_isRefused() throws IOException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        double[] logits = tiny.reference(tiny.batch(3, 3)).getOrDefault("logits", new double[0]);
        int chosen = IntStream.range(0, 4)
                .boxed()
                .max(Comparator.comparingDouble(i -> logits[i]))
                .orElseThrow();
        double[] other = new double[4];
        other[(chosen + 1) % 4] = 5;
        Files.writeString(
                tiny.directory().resolve("golden.json"),
                "{\"format\": 1, \"cases\": [{\"input_ids\": "
                        + Arrays.toString(tiny.batch(3, 3).inputIds())
                        + ", \"token_type_ids\": "
                        + Arrays.toString(tiny.batch(3, 3).tokenTypeIds()) + ", \"logits\": "
                        + Arrays.toString(other) + "}]}");
        ExportOptions eight = ExportOptions.DEFAULT.withPrecision(ExportPrecision.INT8);

        assertThatThrownBy(() -> OnnxExporter.export(tiny.directory().toString(), target(), eight))
                .isInstanceOf(ProofFailedException.class)
                .hasMessageContaining("turns 1 of 1 decisions")
                .hasMessageContaining("golden.json case 1")
                .hasMessageContaining("decision 0: " + "abcd".charAt(chosen) + ", expected ");
        assertThat(files(folder)).containsExactly("model");
    }

    @Test
    void export_metricFallsTooFar_keepsNothingAndSaysBoth() throws IOException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        ExportOptions options = validated(tiny, 0.5, 0.913, 0.907);

        assertThatThrownBy(() -> OnnxExporter.export(tiny.directory().toString(), target(), options))
                .isInstanceOf(ProofFailedException.class)
                .hasMessageContaining("macro_f1 on the validation data is 90.70, in fp32 it is 91.30")
                .hasMessageContaining("0.60 points lost, allowed are 0.50")
                .hasMessageContaining("No file was kept");
        assertThat(files(folder)).containsExactly("model");
    }

    @Test
    void export_metricHolds_isKeptWithBothFiguresAndWithoutTheReference() throws IOException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);

        ExportReport report =
                OnnxExporter.export(tiny.directory().toString(), target(), validated(tiny, 0.7, 0.913, 0.907));

        assertThat(report.validation()).contains(new Validation.Result("macro_f1", 0.913, 0.907, 0.7));
        JsonNode kept = JSON.readTree(target().resolve("export.json").toFile()).path("validation");
        assertThat(kept.path("metric").asText()).isEqualTo("macro_f1");
        assertThat(kept.path("fp32").asDouble()).isEqualTo(0.913);
        assertThat(kept.path("exported").asDouble()).isEqualTo(0.907);
        assertThat(files(target())).doesNotContain("fp32").contains("model.onnx");
    }

    /** A judge that is asked about fp32's answers first, and looks whether they are. */
    private ExportOptions validated(TinyCheckpoint tiny, double maxDrop, double fp32, double other) {
        int[] ids = {2, 5, 6, 3}; // [CLS] a b [SEP]
        Inputs inputs = new Inputs(1, 4, ids, new int[] {1, 1, 1, 1}, new int[4]);
        double[] expected = tiny.reference(inputs).getOrDefault("logits", new double[0]);
        Iterator<Double> values = List.of(fp32, other).iterator();
        return ExportOptions.DEFAULT
                .withPrecision(ExportPrecision.INT8)
                .withFlavour(Flavour.ORT)
                .withValidation(Validation.ofTexts(
                        List.of(TextInput.of("a b")),
                        logits -> {
                            double value = values.next();
                            double off = Math.abs(logits[0][0] - expected[0]);
                            assertThat(value == fp32 ? off < 1e-5 : off > 1e-4)
                                    .as("%s", off)
                                    .isTrue();
                            return new Validation.Score("macro_f1", value);
                        },
                        maxDrop));
    }

    /** What was added after the comparison is what the runtime reads. */
    @ParameterizedTest
    @EnumSource(Flavour.class)
    void export_metadata_areThoseThatTheRuntimeReads(Flavour flavour) throws IOException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);

        ExportReport report =
                OnnxExporter.export(tiny.directory().toString(), target(), ExportOptions.DEFAULT.withFlavour(flavour));

        Path file = target().resolve("model.onnx");
        try (OnnxSession session = OnnxSession.open(file, Device.CPU, 1)) {
            assertThat(OnnxFile.readMetadata(file)).isEqualTo(session.metadata());
            assertThat(OnnxMetadata.parse(session.metadata(), "")).isEqualTo(report.metadata());
        }
    }

    @Test
    void export_encoderWithoutPooler_givesHiddenStatesAlone() throws IOException {
        TinyCheckpoint tiny = tiny(new Head.None());
        rewrite(tiny, "pooler.dense.weight");
        rewrite(tiny, "pooler.dense.bias");

        OnnxExporter.export(tiny.directory(), target());

        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(target().resolve("model.onnx")));
        assertThat(model.getGraph().getOutputList())
                .extracting(o -> o.getName())
                .containsExactly("last_hidden_state");
        assertThat(model.getGraph().getInitializerList())
                .noneMatch(t -> t.getName().startsWith("pooler"));
    }

    @Test
    void export_headNotWhole_isRefusedByName() {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        rewrite(tiny, "classifier.bias");

        assertThatThrownBy(() -> OnnxExporter.export(tiny.directory(), target()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("classifier.bias")
                .hasMessageContaining("Fine-tune the model first");
    }

    @Test
    void export_noTokenizer_isRefusedAndLeavesNothing() throws IOException {
        TinyCheckpoint tiny = tiny(CLASSIFIER);
        Files.delete(tiny.directory().resolve("vocab.txt"));

        assertThatThrownBy(() -> OnnxExporter.export(tiny.directory(), target()))
                .isInstanceOf(TokenizerException.class);
        assertThat(files(folder)).containsExactly("model");
    }

    @Test
    void export_ontoAnEarlierExport_replacesIt() throws IOException {
        OnnxExporter.export(tiny(CLASSIFIER).directory(), target());
        ExportReport again =
                OnnxExporter.export(tiny(new Head.QuestionAnswering()).directory(), target());

        assertThat(again.metadata().task()).isEqualTo("question-answering");
    }

    @Test
    void export_ontoAModelsDirectory_isRefused() {
        TinyCheckpoint tiny = tiny(CLASSIFIER);

        assertThatThrownBy(() -> OnnxExporter.export(tiny.directory(), tiny.directory()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("exists already");
        assertThat(tiny.directory().resolve("model.safetensors")).exists();
    }

    private static void rewrite(TinyCheckpoint tiny, String name, Tensor... replacement) {
        Path file = tiny.directory().resolve("model.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>(SafetensorsFile.read(file));
        tensors.remove(name);
        Arrays.stream(replacement).forEach(tensor -> tensors.put(name, tensor));
        SafetensorsFile.write(file, tensors);
    }

    /** Cases of 7, 24 and 1 tokens; the last logit of the second is off by {@code slip}. */
    private static void writeGolden(TinyCheckpoint tiny, double slip) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("format", 1);
        ArrayNode cases = json.putArray("cases");
        for (int length : new int[] {7, 24, 1}) {
            Inputs inputs = tiny.batch(length, length);
            double[] logits = tiny.reference(inputs).getOrDefault("logits", new double[0]);
            logits[3] += length == 24 ? slip : 0;
            ObjectNode entry = cases.addObject();
            Arrays.stream(inputs.inputIds()).forEach(entry.putArray("input_ids")::add);
            Arrays.stream(inputs.tokenTypeIds()).forEach(entry.putArray("token_type_ids")::add);
            Arrays.stream(logits).forEach(entry.putArray("logits")::add);
        }
        Files.writeString(tiny.directory().resolve("golden.json"), json.toString());
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
