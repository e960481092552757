package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportLayoutTest {
    /** Two engines for the same arithmetic in fp32. */
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder;

    private Path exported() {
        return folder.resolve("exported");
    }

    private CommandRun export(Path model, Object... options) {
        Object[] words = new Object[options.length + 5];
        System.arraycopy(new Object[] {"export", "--model", model, "--out", exported()}, 0, words, 0, 5);
        System.arraycopy(options, 0, words, 5, options.length);
        return CommandRun.of(words);
    }

    private void assertRefused(String message, Object... options) throws IOException {
        CommandRun run = export(folder.resolve("model"), options);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(exported()).doesNotExist();
    }

    @Test
    void export_eachLayout_hasItsFiles() throws IOException {
        Path model = TinyModel.in(folder);

        CommandRun triton = export(model, "--layout", "triton");
        assertThat(triton.exitCode()).as(triton.err()).isZero();
        assertThat(triton.out()).contains("layout         triton");
        assertThat(exported().resolve("exported/config.pbtxt")).exists(); // by the name of --out

        CommandRun kserve =
                export(model, "--layout", "kserve", "--name", "reviews", "--storage-uri", "s3://models/reviews");
        assertThat(kserve.exitCode()).as(kserve.err()).isZero();
        assertThat(exported().resolve("inference-service.yaml")).content().contains("s3://models/reviews");
        assertThat(exported().resolve("models/reviews/1/model.onnx")).exists();

        CommandRun jar = export(model, "--layout", "jar", "--name", "reviews", "--group-id", "com.acme", "--json");
        assertThat(jar.json().path("layout").asText()).isEqualTo("jar");
        assertThat(jar.json().path("directory").asText()).isEqualTo(exported().toString());
        assertThat(exported().resolve("reviews-1.0.jar")).exists();
    }

    @Test
    void export_optionsThatMakeNoSense_endWithTwo() throws IOException {
        TinyModel.in(folder);
        assertRefused("--layout is 'zip'; give plain, triton, djl-serving, kserve or jar", "--layout", "zip");
        assertRefused("--group-id has no meaning with --layout triton", "--layout", "triton", "--group-id", "com.acme");
        assertRefused("--name has no meaning with --layout plain", "--name", "reviews");
        assertRefused("--layout jar needs --group-id, such as com.acme", "--layout", "jar", "--name", "reviews");
        assertRefused("--layout kserve needs --storage-uri", "--layout", "kserve");
        assertRefused("'Reviews' cannot be a model's name", "--layout", "triton", "--name", "Reviews");
    }

    @Test
    void djlServing_classifier_answersAsPytorchDoes() throws IOException, InterruptedException {
        Path model = TinyModel.in(folder);
        assertThat(export(model, "--layout", "djl-serving").exitCode()).isZero();
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
    void djlServing_multiLabelClassifier_answersAsPytorchDoes() throws IOException, InterruptedException {
        Path model = TinyModel.in(folder);
        Path config = model.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replaceFirst("\\{", "{\"problem_type\": \"multi_label_classification\","));
        assertThat(export(model, "--layout", "djl-serving").exitCode()).isZero();
        JsonNode expected = CommandRun.of("predict", "--model", model, "--json", "hello worlds")
                .json()
                .path("scores");

        for (JsonNode entry : served("hello worlds")) {
            assertThat(entry.path("probability").asDouble())
                    .isCloseTo(expected.path(entry.path("className").asText()).asDouble(-1), within(TOLERANCE));
        }
    }

    @Test
    void djlServing_textLongerThanTheModel_isCut() throws IOException, InterruptedException {
        assertThat(export(TinyModel.in(folder), "--layout", "djl-serving").exitCode())
                .isZero();

        assertThat(served("hello ".repeat(50))).hasSize(2);
    }

    @Test
    void djlServing_encoder_givesPytorchsMeanOfLengthOne() throws IOException, InterruptedException {
        Path sources = TinyModel.sources(Files.createDirectories(folder.resolve("sources")));
        Path config = sources.resolve("config.json");
        Files.writeString(config, TinyModel.CONFIG.replace("BertForSequenceClassification", "BertModel"));
        Path model = folder.resolve("encoder");
        CommandRun.of("init", "--config", config, "--tokenizer", sources, "--out", model);
        assertThat(export(model, "--layout", "djl-serving").exitCode()).isZero();
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
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        DjlServed.class.getName(),
                        exported().toString(),
                        text)
                .redirectError(errors.toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return new ObjectMapper().readTree(out);
    }
}
