package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.model.config.ModelConfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands print equals what transformers gave. Tolerances: README of the golden data. */
@Tag("shared")
class GoldenCommandsTest {
    private static final Path PARITY = Path.of(System.getProperty("graft.shared", ""), "parity");

    private static final Map<String, String> HEADS = Map.of(
            "ForSequenceClassification",
            "classification",
            "ForQuestionAnswering",
            "qa",
            "ForMaskedLM",
            "mlm",
            "Model",
            "none");

    static List<String> formatCases() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> folders = Files.list(PARITY)) {
            for (Path folder : folders.sorted().toList()) {
                String name = folder.getFileName().toString();
                if (name.startsWith("fmt-")
                        && Files.exists(folder.resolve("config.json"))
                        && expected(name).path("loading").isObject()) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    @Test
    void formatCases_areAllThere() throws IOException {
        assertThat(formatCases())
                .hasSizeGreaterThanOrEqualTo(23)
                .contains("fmt-bin-zip", "fmt-bin-legacy", "fmt-sharded-bin", "fmt-gamma-beta-bin");
    }

    @ParameterizedTest
    @MethodSource("formatCases")
    void inspect_formatCase_reportsTheListsOfTransformers(String name) throws IOException {
        JsonNode expected = expected(name);
        List<Object> words = new ArrayList<>(List.of("inspect", PARITY.resolve(name), "--json"));
        String suffix = expected.path("model_class").asText().replaceFirst("^(Bert|Roberta|DistilBert)", "");
        words.addAll(List.of("--head", Optional.ofNullable(HEADS.get(suffix)).orElseThrow()));
        JsonNode labels = expected.path("load_with").path("num_labels");
        if (labels.isInt()) {
            words.addAll(List.of("--num-labels", labels.asText()));
        }
        JsonNode actual = CommandRun.of(words.toArray()).json();

        JsonNode loading = expected.path("loading");
        assertThat(actual.path("model_class")).isEqualTo(expected.path("model_class"));
        assertThat(actual.path("missing")).isEqualTo(loading.path("missing_keys"));
        assertThat(actual.path("unexpected")).isEqualTo(loading.path("unexpected_keys"));
        assertThat(actual.path("mismatched")).isEqualTo(loading.path("mismatched_keys"));
        assertThat(ModelConfig.MODEL_TYPES).contains(actual.path("architecture").asText());
        assertThat(actual.path("tensors")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensors.bin", "tensors-legacy.bin"})
    void inspect_pytorchFile_listsNamesTypesAndShapesAsSafetensorsDoes(String file) throws IOException {
        JsonNode pickled = CommandRun.of("inspect", PARITY.resolve("fmt-dtypes").resolve(file), "--json")
                .json();
        JsonNode safetensors = CommandRun.of("inspect", PARITY.resolve("fmt-dtypes/tensors.safetensors"), "--json")
                .json();

        assertThat(pickled.path("tensors")).hasSize(14);
        assertThat(pickled.path("tensors")).containsExactlyInAnyOrderElementsOf(safetensors.path("tensors"));
        assertThat(pickled.path("parameters")).isEqualTo(safetensors.path("parameters"));
    }

    @Test
    void inspect_evilFile_isRefusedByName() {
        CommandRun run = CommandRun.of("inspect", PARITY.resolve("fmt-evil/evil_torch.bin"));

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("evil_torch.bin: the pickle asks for 'posix.system'");
    }

    @Test
    void inspect_labelsForABareEncoder_putsAClassifierOnIt() throws IOException {
        JsonNode actual = CommandRun.of("inspect", PARITY.resolve("fmt-prefixless"), "--num-labels", "4", "--json")
                .json();

        assertThat(actual.path("missing"))
                .isEqualTo(expected("fmt-prefixless").path("loading").path("missing_keys"));
    }

    @Test
    void inspect_minilm_hasTheTensorsOfTheGoldenList() throws IOException {
        JsonNode golden = json("minilm/tensors.json");
        JsonNode actual = CommandRun.of("inspect", "minilm", "--json").json();

        assertThat(actual.path("tensors")).hasSize(103);
        assertThat(actual.path("parameters").asLong()).isEqualTo(22_713_216);
        actual.path("tensors")
                .forEach(tensor -> assertThat(golden.toString())
                        .contains(tensor.path("name").asText()));
    }

    @ParameterizedTest
    @CsvSource({"bert-seqcls, logits", "roberta-qa, start_logits"})
    void forward_goldenCase_equalsTransformers(String name, String output) throws IOException {
        Path folder = PARITY.resolve(name);
        JsonNode actual = CommandRun.of("forward", folder, folder.resolve("input.json"), "--json")
                .json();

        assertThat(actual.path("loss").asDouble())
                .isCloseTo(expected(name).path("loss").asDouble(), within(5e-6));
        assertClose(actual.path(output), expected(name).path(output), 1e-5);
    }

    /** The file of every head, and of the encoder below it. */
    @ParameterizedTest
    @CsvSource({
        "bert-model, mean_pooled_normalized, 1e-5",
        "bert-seqcls, logits, 1e-5",
        "bert-seqcls-multilabel, logits, 1e-5",
        "bert-mlm, logits, 2e-5",
        "roberta-qa, end_logits, 1e-5",
        "roberta-tokencls, logits, 1e-5",
        "distilbert-seqcls, logits, 1e-5",
    })
    void forward_goldenCaseOnOnnx_equalsTransformers(String name, String output, double tolerance) throws IOException {
        Path folder = PARITY.resolve(name);
        JsonNode actual = CommandRun.of("forward", folder, folder.resolve("input.json"), "--runtime", "onnx", "--json")
                .json();
        JsonNode expected = expected(name);

        assertThat(actual.has("loss")).isEqualTo(expected.has("loss"));
        assertThat(actual.path("loss").asDouble())
                .isCloseTo(expected.path("loss").asDouble(), within(5e-6));
        assertThat(actual.has("pooler")).isEqualTo(expected.has("pooler"));
        assertClose(actual.path(output), expected.path(output), tolerance);
        assertClose(actual.path("hidden"), expected.path("hidden"), tolerance);
    }

    /** The pooling of a name is that of its card: the golden vectors are means of length 1. */
    @Test
    void embed_minilm_givesTheVectorsOfTransformers(@TempDir Path folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        ObjectMapper mapper = new ObjectMapper();
        for (JsonNode text : json("minilm/input.json").path("texts")) {
            lines.append(mapper.writeValueAsString(Map.of("text", text.asText())))
                    .append('\n');
        }
        Path texts = Files.writeString(folder.resolve("texts.jsonl"), lines);
        CommandRun run = CommandRun.of("embed", "--model", "minilm", "--texts", texts, "--text", "text", "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode expected = json("minilm/expected.json").path("mean_pooled_normalized");

        List<String> vectors = run.out().lines().toList();
        assertThat(vectors).hasSize(18);
        for (int row = 0; row < vectors.size(); row++) {
            assertClose(mapper.readTree(vectors.get(row)).path("vector"), expected.path(row), 2e-6);
        }
    }

    @Test
    void replay_recordedRun_equalsTransformers() throws IOException {
        Path folder = PARITY.resolve("training/bert-classification");
        JsonNode actual = CommandRun.of(
                        "replay",
                        folder.resolve("model"),
                        folder.resolve("train.json"),
                        "--variant",
                        "weighted",
                        "--json")
                .json();
        JsonNode expected = json("training/bert-classification/expected.json").path("weighted");

        assertThat(actual.path("steps")).hasSize(expected.path("steps").size());
        for (int i = 0; i < expected.path("steps").size(); i++) {
            JsonNode step = expected.path("steps").get(i);
            assertThat(actual.path("steps").get(i).path("loss").asDouble())
                    .isCloseTo(step.path("loss").asDouble(), within(3e-5));
        }
        assertClose(actual.path("final").path("logits"), expected.path("final").path("logits"), 5e-5);
    }

    @Test
    void replay_headWeightsOnMinilm_beginsAsTransformers() throws IOException {
        Path folder = PARITY.resolve("minilm/finetune");
        JsonNode actual = CommandRun.of(
                        "replay",
                        "minilm",
                        folder.resolve("train.json"),
                        "--variant",
                        "frozen",
                        "--head-weights",
                        folder.resolve("head.safetensors"),
                        "--json")
                .json();
        JsonNode expected = json("minilm/finetune/expected.json").path("frozen");

        assertClose(actual.path("final").path("logits"), expected.path("final").path("logits"), 5e-5);
    }

    private static void assertClose(JsonNode actual, JsonNode expected, double tolerance) {
        assertThat(actual.size()).isPositive().isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i).isArray()) {
                assertClose(actual.get(i), expected.get(i), tolerance);
            } else {
                assertThat(actual.get(i).asDouble()).isCloseTo(expected.get(i).asDouble(), within(tolerance));
            }
        }
    }

    private static JsonNode expected(String name) throws IOException {
        return json(name + "/expected.json");
    }

    private static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(PARITY.resolve(name).toFile());
    }
}
