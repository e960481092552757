package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.train.FineTuned;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void oneThread() {
        TorchNetwork.threads(1);
    }

    private Path exported() {
        return folder.resolve("exported");
    }

    private Path export() throws IOException {
        Path model = TinyModel.in(folder);
        CommandRun run = CommandRun.of("export", "--model", model, "--out", exported());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("model          BertForSequenceClassification, single-label")
                .contains("compared with  reference arithmetic in doubles, ")
                .contains("rows, on ONNX Runtime 1.");
        return model;
    }

    @Test
    void predict_exportedModel_answersAsPytorchDoes() throws IOException {
        Path model = export();
        for (String text : new String[] {"hello worlds", "world", ""}) {
            JsonNode torch =
                    CommandRun.of("predict", "--model", model, "--json", text).json();
            JsonNode onnx = CommandRun.of("predict", "--model", exported(), "--json", text)
                    .json();
            assertThat(onnx.path("label")).isEqualTo(torch.path("label"));
            for (String label : new String[] {"no", "yes"}) {
                assertThat(onnx.path("scores").path(label).asDouble())
                        .isCloseTo(torch.path("scores").path(label).asDouble(), within(1e-6));
            }
        }
    }

    @Test
    void predict_modelWithThresholds_exportedUsesThemToo() throws IOException {
        Path model = TinyModel.in(folder);
        Path config = model.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replaceFirst("\\{", "{\"problem_type\": \"multi_label_classification\","));
        Files.writeString(
                model.resolve("graft.json"), "{\"format\": 1, \"max_length\": 8, \"thresholds\": [0.001, 0.999]}");
        CommandRun export = CommandRun.of("export", "--model", model, "--out", exported());
        assertThat(export.exitCode()).as(export.err()).isZero();

        JsonNode torch =
                CommandRun.of("predict", "--model", model, "--json", "hello").json();
        JsonNode onnx = CommandRun.of("predict", "--model", exported(), "--json", "hello")
                .json();

        // One label is above its threshold for any sound logit, the other below.
        assertThat(onnx.path("label").asText())
                .isEqualTo("no")
                .isEqualTo(torch.path("label").asText());
        assertThat(onnx.path("labels")).isEqualTo(torch.path("labels"));
    }

    @Test
    void export_lengthBeyondTheModelsPositions_namedWithBothNumbers() throws IOException {
        Path model = TinyModel.in(folder);
        Files.writeString(model.resolve("graft.json"), "{\"format\": 1, \"max_length\": 16}");
        CommandRun run = CommandRun.of("export", "--model", model, "--out", exported());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("graft.json: max_length is 16, the model has room for 10 tokens");
    }

    @Test
    void export_json_givesTheProofAndFingerprints() throws IOException {
        JsonNode json = CommandRun.of(
                        "export", "--model", TinyModel.in(folder), "--out", exported(), "--external-data", "--json")
                .json();

        assertThat(json.path("directory").asText()).isEqualTo(exported().toString());
        assertThat(json.path("labels").toString()).isEqualTo("[\"no\",\"yes\"]");
        assertThat(json.path("external_data").asBoolean()).isTrue();
        assertThat(json.path("proof").path("max_difference").asDouble()).isLessThan(1e-5);
        assertThat(json.path("source_fingerprint").asText()).hasSize(64);
        assertThat(exported().resolve("model.onnx.data")).exists();
    }

    /** The golden data are PyTorch's: five sentences, and ids of length 1, 2 and the maximum. */
    @Test
    void export_savedModel_isComparedWithPytorchsLogits() throws IOException {
        Path saved = folder.resolve("saved");
        try (FineTuned tuned = FineTuned.open(TinyModel.in(folder))) {
            tuned.save(saved);
        }
        JsonNode proof = CommandRun.of("export", "--model", saved, "--out", exported(), "--json")
                .json()
                .path("proof");

        assertThat(proof.path("against").asText()).isEqualTo("golden.json");
        assertThat(proof.path("comparisons").asInt()).isEqualTo(8 + 7 + 8); // alone, all but the longest, all
        assertThat(proof.path("max_difference").asDouble()).isLessThan(1e-5);
    }

    @Test
    void export_goldenDataThatDiffer_endsWithOneAndNoDirectory() throws IOException {
        Path model = TinyModel.in(folder);
        Files.writeString(
                model.resolve("golden.json"),
                "{\"format\": 1, \"cases\": [{\"input_ids\": [2, 5, 3], \"token_type_ids\": [0, 0, 0],"
                        + " \"logits\": [9, -9]}]}");

        CommandRun run = CommandRun.of("export", "--model", model, "--out", exported());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("golden.json case 1 (3 tokens, in a batch of 1 x 3), logits, value ")
                .contains("expected ");
        assertThat(exported()).doesNotExist();
    }

    @Test
    void predict_exportedModelOnAGpuThatIsNotThere_endsWithThree() throws IOException {
        export();
        CommandRun run = CommandRun.of("predict", "--model", exported(), "--device", "cuda:0", "hello");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("device 'cuda:0' was asked for").contains("Use cpu");
    }

    @Test
    void predict_exportedModelInBf16_endsWithTwo() throws IOException {
        export();
        CommandRun run = CommandRun.of("predict", "--model", exported(), "--precision", "bf16", "hello");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--precision is ").contains("its own");
    }

    /** A process of its own, whose class path lacks all of PyTorch. */
    @Test
    void predict_exportedModel_needsNoPytorch() throws IOException, InterruptedException {
        export();
        String whole = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String classPath = Arrays.stream(whole.split(File.pathSeparator, -1))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("pytorch"))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(classPath).isNotEqualTo(whole);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        "ai.graft.finetune.cli.Graft",
                        "predict",
                        "--model",
                        exported().toString(),
                        "--csv",
                        "hello worlds")
                .redirectError(folder.resolve("errors").toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("errors")))
                .isZero();
        assertThat(out).startsWith("text,label,score\nhello worlds,");
    }
}
