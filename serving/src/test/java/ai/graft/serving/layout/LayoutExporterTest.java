package ai.graft.serving.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.fixtures.TinyNetworks;
import ai.graft.model.network.Head;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.ExportPrecision;
import ai.graft.serving.onnx.ExportReport;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.onnx.ProofFailedException;
import ai.graft.serving.predict.Flavour;
import ai.graft.serving.predict.OnnxPredictor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutExporterTest {
    private static final Head CLASSIFIER = new Head.SequenceClassification(3);

    private static final String THREE_INPUTS = """
            input { name: "input_ids" data_type: TYPE_INT64 dims: -1 }
            input { name: "attention_mask" data_type: TYPE_INT64 dims: -1 }
            input { name: "token_type_ids" data_type: TYPE_INT64 dims: -1 }
            """;

    @TempDir
    Path folder;

    private ExportReport export(String config, Head head, Layout layout) {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), config, head);
        return LayoutExporter.export(tiny.directory().toString(), target(), ExportOptions.DEFAULT, layout);
    }

    private Path target() {
        return folder.resolve("exported");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(target())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> target().relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    private void assertConfig(String expected) throws IOException {
        String written = Files.readString(target().resolve("reviews").resolve("config.pbtxt"));
        assertThat(TritonSchema.parse(written)).isEqualTo(TritonSchema.parse(expected));
    }

    @Test
    void triton_classifier_isARepositoryWithLabels() throws IOException {
        ExportReport report = export(TinyCheckpoint.BERT, CLASSIFIER, new Layout.Triton("reviews"));

        assertThat(report.directory()).isEqualTo(target());
        assertThat(files())
                .containsExactly(
                        "export.json",
                        "reviews/1/config.json",
                        "reviews/1/graft.json",
                        "reviews/1/model.onnx",
                        "reviews/1/tokenizer.json",
                        "reviews/1/tokenizer_config.json",
                        "reviews/config.pbtxt",
                        "reviews/labels.txt");
        assertThat(target().resolve("reviews/labels.txt")).hasContent("a\nb\nc\n");
        assertConfig("name: 'reviews' platform: 'onnxruntime_onnx' max_batch_size: 64 dynamic_batching {}"
                + THREE_INPUTS + "output { name: 'logits' data_type: TYPE_FP32 dims: 3 label_filename: 'labels.txt' }");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("model", "exported");
        }
    }

    @Test
    void triton_tokenClassifier_hasALabelForEachTokenAndNoFileOfThem() throws IOException {
        export(TinyCheckpoint.BERT, new Head.TokenClassification(5), new Layout.Triton("reviews"));

        assertThat(files()).doesNotContain("reviews/labels.txt");
        assertConfig("name: 'reviews' platform: 'onnxruntime_onnx' max_batch_size: 64 dynamic_batching {}"
                + THREE_INPUTS + "output { name: 'logits' data_type: TYPE_FP32 dims: -1 dims: 5 }");
    }

    @Test
    void triton_encoderWithoutTypes_hasTwoInputsAndBothOutputs() throws IOException {
        export(TinyNetworks.ROBERTA, new Head.None(), new Layout.Triton("reviews"));

        assertConfig("""
                name: 'reviews' platform: 'onnxruntime_onnx' max_batch_size: 64 dynamic_batching {}
                input { name: 'input_ids' data_type: TYPE_INT64 dims: -1 }
                input { name: 'attention_mask' data_type: TYPE_INT64 dims: -1 }
                output { name: 'last_hidden_state' data_type: TYPE_FP32 dims: -1 dims: 12 }
                output { name: 'pooler_output' data_type: TYPE_FP32 dims: 12 }
                """);
    }

    @Test
    void triton_externalData_liesBesideTheModel() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        LayoutExporter.export(
                tiny.directory().toString(),
                target(),
                ExportOptions.DEFAULT.withExternalData(true),
                new Layout.Triton("reviews"));

        assertThat(files()).contains("reviews/1/model.onnx.data");
        assertConfig("name: 'reviews' platform: 'onnxruntime_onnx' max_batch_size: 64 dynamic_batching {}"
                + THREE_INPUTS + "output { name: 'logits' data_type: TYPE_FP32 dims: 3 label_filename: 'labels.txt' }");
    }

    /** What is in fp16 is the file's own affair. */
    @Test
    void triton_fp16ForGpus_takesAndGivesTheSameTypes() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        LayoutExporter.export(
                tiny.directory().toString(),
                target(),
                ExportOptions.DEFAULT.withPrecision(ExportPrecision.FP16_GPU),
                new Layout.Triton("reviews"));

        assertConfig("name: 'reviews' platform: 'onnxruntime_onnx' max_batch_size: 64 dynamic_batching {}"
                + THREE_INPUTS + "output { name: 'logits' data_type: TYPE_FP32 dims: 3 label_filename: 'labels.txt' }");
    }

    @Test
    void triton_versionsFolder_isReadByThePredictor() {
        export(TinyCheckpoint.BERT, CLASSIFIER, new Layout.Triton("reviews"));

        try (OnnxPredictor predictor =
                OnnxPredictor.open(target().resolve("reviews").resolve("1"))) {
            assertThat(predictor.predict("a b").scores().keySet()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void triton_labelOfTwoLines_isRefusedAndNothingKept() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        Path config = tiny.directory().resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceAll("\"0\"\\s*:\\s*\"a\"", "\"0\": \"a\\\\nx\""));

        assertThatThrownBy(() -> LayoutExporter.export(
                        tiny.directory().toString(), target(), ExportOptions.DEFAULT, new Layout.Triton("reviews")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("labels.txt")
                .hasMessageContaining("config.json");
        assertThat(target()).doesNotExist();
    }

    @Test
    void djlServing_classifier_namesEngineAndTranslator() throws IOException {
        export(TinyCheckpoint.BERT, CLASSIFIER, new Layout.DjlServing());

        assertThat(files())
                .containsExactly(
                        "config.json",
                        "export.json",
                        "graft.json",
                        "model.onnx",
                        "serving.properties",
                        "tokenizer.json",
                        "tokenizer_config.json");
        assertThat(target().resolve("serving.properties")).hasContent("""
                engine=OnnxRuntime
                option.modelName=model
                translatorFactory=ai.djl.huggingface.translator.TextClassificationTranslatorFactory
                includeTokenTypes=true
                truncation=true
                maxLength=24
                """);
    }

    @Test
    void djlServing_encoderWhoseFilesSayHow_poolsSo() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, new Head.None());
        Path pooling = Files.createDirectories(tiny.directory().resolve("1_Pooling"));
        Files.writeString(pooling.resolve("config.json"), "{\"pooling_mode_cls_token\": true}");

        LayoutExporter.export(tiny.directory().toString(), target(), ExportOptions.DEFAULT, new Layout.DjlServing());
        assertThat(target().resolve("serving.properties")).content().contains("pooling=cls\nnormalize=false\n");
        assertThat(target().resolve("1_Pooling/config.json")).exists();
    }

    @Test
    void djlServing_encoderWithoutTypes_namesPooling() {
        export(TinyNetworks.ROBERTA, new Head.None(), new Layout.DjlServing());

        assertThat(target().resolve("serving.properties")).hasContent("""
                engine=OnnxRuntime
                option.modelName=model
                translatorFactory=ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory
                pooling=mean
                normalize=true
                includeTokenTypes=false
                truncation=true
                maxLength=15
                """);
    }

    /** DJL's translator would put a sigmoid on a regressor. */
    @Test
    void djlServing_regressor_leavesTextsToTheCaller() {
        TinyCheckpoint tiny = TinyCheckpoint.write(
                folder.resolve("model"),
                TinyCheckpoint.BERT,
                new Head.SequenceClassification(1),
                Optional.of("regression"));
        LayoutExporter.export(tiny.directory().toString(), target(), ExportOptions.DEFAULT, new Layout.DjlServing());

        assertThat(target().resolve("serving.properties")).hasContent("engine=OnnxRuntime\noption.modelName=model\n");
    }

    @Test
    void kserve_classifier_isAServiceAndItsRepository() throws IOException {
        export(TinyCheckpoint.BERT, CLASSIFIER, new Layout.KServe("reviews", "pvc://models/reviews"));

        assertThat(files())
                .contains(
                        "export.json",
                        "inference-service.yaml",
                        "models/reviews/config.pbtxt",
                        "models/reviews/1/model.onnx");
        assertThat(target().resolve("inference-service.yaml")).hasContent("""
                apiVersion: serving.kserve.io/v1beta1
                kind: InferenceService
                metadata:
                  name: "reviews"
                spec:
                  predictor:
                    model:
                      modelFormat:
                        name: onnx
                        version: "1"
                      runtime: kserve-tritonserver
                      protocolVersion: v2
                      storageUri: "pvc://models/reviews"
                """);
    }

    @Test
    void export_ontoAnExportOfAnotherLayout_replacesIt() throws IOException {
        export(TinyCheckpoint.BERT, CLASSIFIER, new Layout.Triton("reviews"));
        OnnxExporter.export(folder.resolve("model"), target());
        assertThat(files()).contains("model.onnx").doesNotContain("reviews/config.pbtxt");

        export(TinyCheckpoint.BERT, CLASSIFIER, new Layout.DjlServing());
        assertThat(files()).contains("serving.properties");
    }

    @Test
    void export_graphThatDiffersFromGoldenData_keepsNothing() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        Files.writeString(
                tiny.directory().resolve("golden.json"),
                "{\"format\": 1, \"cases\": [{\"input_ids\": [2, 5, 3], \"token_type_ids\": [0, 0, 0],"
                        + " \"logits\": [9, -9, 9]}]}");

        assertThatThrownBy(() -> LayoutExporter.export(
                        tiny.directory().toString(), target(), ExportOptions.DEFAULT, new Layout.Triton("reviews")))
                .isInstanceOf(ProofFailedException.class);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("model");
        }
    }

    @Test
    void export_operatorsOfOneRuntime_areRefused() {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
        assertThatThrownBy(() -> LayoutExporter.export(
                        tiny.directory().toString(),
                        target(),
                        ExportOptions.DEFAULT.withFlavour(Flavour.ORT),
                        new Layout.DjlServing()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the flavour is 'ort'");
        assertThat(target()).doesNotExist();
    }

    @Test
    void layout_namesAndPlacesThatCannotBe_areRefused() {
        for (String name : new String[] {"", "Reviews", "a_b", "-a", "a-", "a/b", "..", "x".repeat(64)}) {
            assertThatThrownBy(() -> new Layout.Triton(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + name + "' cannot be a model's name");
        }
        assertThatThrownBy(() -> new Layout.KServe("reviews", "reviews\"\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no storage URI");
        assertThatThrownBy(() -> new Layout.Jar("reviews", "com/acme", "1.0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'com/acme' cannot be a Maven group id");
        assertThatThrownBy(() -> new Layout.Jar("reviews", "com.acme", "<1>"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'<1>' cannot be a Maven model version");
    }
}
