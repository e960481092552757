package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layout djl-serving as DJL itself loads and answers from it, by its ONNX Runtime engine and translators, in a new Java. */
@Tag("slow")
class DjlServingTest {
    /** Two engines for the same arithmetic in fp32. */
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder;

    private Path exported() {
        return folder.resolve("exported");
    }

    private void export(Path model) {
        CommandRun run = CommandRun.of("export", "--model", model, "--out", exported(), "--layout", "djl-serving");
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @Test
    void serve_classifier_answersAsPytorchDoes() throws IOException, InterruptedException {
        Path model = TinyModel.in(folder);
        export(model);
        JsonNode expected = CommandRun.of("predict", "--model", model, "--json", "hello worlds")
                .json()
                .path("scores");

        JsonNode served = served("hello worlds");

        assertThat(served).hasSize(2);
        for (JsonNode entry : served) {
            assertThat(entry.path("probability").asDouble())
                    .isCloseTo(expected.path(entry.path("className").asText()).asDouble(-1), within(TOLERANCE));
        }
    }

    @Test
    void serve_multiLabelClassifier_answersAsPytorchDoes() throws IOException, InterruptedException {
        Path model = TinyModel.in(folder);
        Path config = model.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replaceFirst("\\{", "{\"problem_type\": \"multi_label_classification\","));
        export(model);
        JsonNode expected = CommandRun.of("predict", "--model", model, "--json", "hello worlds")
                .json()
                .path("scores");

        for (JsonNode entry : served("hello worlds")) {
            assertThat(entry.path("probability").asDouble())
                    .isCloseTo(expected.path(entry.path("className").asText()).asDouble(-1), within(TOLERANCE));
        }
    }

    @Test
    void serve_textLongerThanTheModel_isCut() throws IOException, InterruptedException {
        export(TinyModel.in(folder));

        assertThat(served("hello ".repeat(50))).hasSize(2);
    }

    @Test
    void serve_encoder_givesPytorchsMeanOfLengthOne() throws IOException, InterruptedException {
        Path sources = TinyModel.sources(Files.createDirectories(folder.resolve("sources")));
        Path config = sources.resolve("config.json");
        Files.writeString(config, TinyModel.CONFIG.replace("BertForSequenceClassification", "BertModel"));
        Path model = folder.resolve("encoder");
        CommandRun.of("init", "--config", config, "--tokenizer", sources, "--out", model);
        export(model);
        // hello world ##s: [CLS] 5 6 7 [SEP]
        JsonNode expected = CommandRun.withInput("{\"input_ids\": [[2, 5, 6, 7, 3]]}", "forward", model, "-", "--json")
                .json()
                .path("mean_pooled_normalized")
                .path(0);

        JsonNode vector = served("hello worlds");

        assertThat(vector).hasSize(4).hasSameSizeAs(expected);
        for (int i = 0; i < 4; i++) {
            assertThat(vector.path(i).asDouble()).isCloseTo(expected.path(i).asDouble(), within(TOLERANCE));
        }
    }

    private JsonNode served(String text) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        ProcessBuilder program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dai.djl.offline=true",
                        DjlServed.class.getName(),
                        exported().toString(),
                        text)
                .redirectError(errors.toFile());
        // Not an argument: ONNX Runtime 1.29 overflows its starter's stack where a command line has some thousand
        // characters.
        program.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        Process process = program.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return new ObjectMapper().readTree(out);
    }
}
