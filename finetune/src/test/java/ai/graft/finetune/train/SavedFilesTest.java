package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.reference.Elements;
import ai.graft.model.reference.ReferenceOps;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Task;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a saved model's directory holds. */
class SavedFilesTest extends SavedReviews {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The names that transformers' BertForSequenceClassification has, and the shapes of the tiny configuration. */
    private static final Map<String, List<Integer>> NAMES_AND_SHAPES = Map.ofEntries(
            Map.entry("bert.embeddings.word_embeddings.weight", List.of(60, 16)),
            Map.entry("bert.embeddings.position_embeddings.weight", List.of(64, 16)),
            Map.entry("bert.embeddings.token_type_embeddings.weight", List.of(2, 16)),
            Map.entry("bert.embeddings.LayerNorm.weight", List.of(16)),
            Map.entry("bert.embeddings.LayerNorm.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.self.query.weight", List.of(16, 16)),
            Map.entry("bert.encoder.layer.0.attention.self.query.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.self.key.weight", List.of(16, 16)),
            Map.entry("bert.encoder.layer.0.attention.self.key.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.self.value.weight", List.of(16, 16)),
            Map.entry("bert.encoder.layer.0.attention.self.value.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.output.dense.weight", List.of(16, 16)),
            Map.entry("bert.encoder.layer.0.attention.output.dense.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.output.LayerNorm.weight", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.output.LayerNorm.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.intermediate.dense.weight", List.of(32, 16)),
            Map.entry("bert.encoder.layer.0.intermediate.dense.bias", List.of(32)),
            Map.entry("bert.encoder.layer.0.output.dense.weight", List.of(16, 32)),
            Map.entry("bert.encoder.layer.0.output.dense.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.output.LayerNorm.weight", List.of(16)),
            Map.entry("bert.encoder.layer.0.output.LayerNorm.bias", List.of(16)),
            Map.entry("bert.pooler.dense.weight", List.of(16, 16)),
            Map.entry("bert.pooler.dense.bias", List.of(16)),
            Map.entry("classifier.weight", List.of(2, 16)),
            Map.entry("classifier.bias", List.of(2)));

    private static JsonNode json(Path file) throws IOException {
        return MAPPER.readTree(file.toFile());
    }

    private static <T> T tensor(Map<String, T> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    @Test
    void save_weights_haveHuggingFacesNamesAndShapes() throws IOException {
        Map<String, List<Integer>> found = new LinkedHashMap<>();
        StoredTensor.read(saved.resolve("model.safetensors")).forEach((name, stored) -> {
            found.put(name, stored.shape());
            assertThat(stored.dtype()).as(name).isEqualTo("F32");
        });
        assertThat(found).containsExactlyInAnyOrderEntriesOf(NAMES_AND_SHAPES);
    }

    @Test
    void save_frozenWeights_areTheBasesElementsInLittleEndian() throws IOException {
        Map<String, StoredTensor> stored = StoredTensor.read(saved.resolve("model.safetensors"));
        for (String name : List.of("word_embeddings.weight", "position_embeddings.weight", "LayerNorm.weight")) {
            float[] expected = tensor(TinyCheckpoint.weights(1), "bert.embeddings." + name);
            assertThat(tensor(stored, "bert.embeddings." + name).floats()).isEqualTo(expected);
        }
    }

    @Test
    void save_f16_halvesTheFileAndGoldenLogitsAreThoseOfTheRoundedWeights() throws IOException {
        Path half = folder.resolve("half");
        model.save(half, DType.F16);

        assertThat(StoredTensor.read(half.resolve("model.safetensors")).values())
                .hasSize(NAMES_AND_SHAPES.size())
                .allSatisfy(stored -> assertThat(stored.dtype()).isEqualTo("F16"));
        assertThat(Files.mismatch(half.resolve("golden.json"), saved.resolve("golden.json")))
                .isNotNegative();
        assertGoldenEqualsReference(half);
        try (FineTuned opened = FineTuned.open(half)) {
            float[][] rounded = opened.logits(TokenizedTexts.inputs(VALIDATION));
            float[][] full = model.logits(TokenizedTexts.inputs(VALIDATION));
            for (int i = 0; i < full.length; i++) { // half precision has 11 bits: 5e-4 of each weight
                assertThat(Math.abs(rounded[i][1] - full[i][1])).isLessThan(0.02f);
            }
        }
    }

    @Test
    void save_config_saysWhatTheModelIsAndKeepsUnknownKeys() throws IOException {
        JsonNode config = json(saved.resolve("config.json"));

        assertThat(config.path("architectures").toString()).isEqualTo("[\"BertForSequenceClassification\"]");
        assertThat(config.path("id2label").toString()).isEqualTo("{\"0\":\"bad\",\"1\":\"good\"}");
        assertThat(config.path("label2id").toString()).isEqualTo("{\"bad\":0,\"good\":1}");
        assertThat(config.path("problem_type").textValue()).isEqualTo("single_label_classification");
        assertThat(config.path("some_unknown_key").toString()).isEqualTo("{\"kept\":[1,2]}");
        assertThat(config.path("hidden_size").intValue()).isEqualTo(16);
    }

    @Test
    void save_graftJson_saysWhereTheModelComesFrom() throws IOException {
        JsonNode graft = json(saved.resolve("graft.json"));

        assertThat(graft.path("format").intValue()).isEqualTo(1);
        assertThat(graft.path("task").textValue()).isEqualTo("single-label");
        assertThat(graft.path("labels").toString()).isEqualTo("[\"bad\",\"good\"]");
        assertThat(graft.path("max_length").intValue()).isEqualTo(64);
        JsonNode provenance = graft.path("provenance");
        assertThat(provenance.path("train_fingerprint").textValue())
                .isEqualTo(TinyData.reviews("other name", 64, 1).fingerprint());
        assertThat(provenance.path("settings").path("freeze").textValue()).isEqualTo("embeddings");
        assertThat(provenance
                        .path("validation_metrics")
                        .path("accuracy")
                        .path("value")
                        .doubleValue())
                .isEqualTo(model.evaluate(VALIDATION).metric("accuracy"));
    }

    @Test
    void save_goldenCases_areWhatTheReferenceInterpreterComputes() throws IOException {
        assertThat(assertGoldenEqualsReference(saved)).contains(1, 2, 64);
    }

    /** Every case against doubles, 1e-5 for fp32; gives the lengths of the cases. */
    private static List<Integer> assertGoldenEqualsReference(Path directory) throws IOException {
        Head head = new Head.SequenceClassification(2);
        PretrainedNetwork network = Checkpoint.open(directory).load(head, false, 0);
        Map<String, double[]> weights = new LinkedHashMap<>();
        ShapeOps.weights(network.network(), head)
                .forEach(spec -> weights.put(spec.name(), doubles(network.values(spec))));
        List<Integer> lengths = new ArrayList<>();
        for (JsonNode entry : json(directory.resolve("golden.json")).path("cases")) {
            int[] ids = MAPPER.convertValue(entry.path("input_ids"), int[].class);
            int[] types = MAPPER.convertValue(entry.path("token_type_ids"), int[].class);
            int[] mask = new int[ids.length];
            Arrays.fill(mask, 1);
            ReferenceOps ops = new ReferenceOps(
                    new Inputs(1, ids.length, ids, mask, types), name -> Elements.of(tensor(weights, name)));
            double[] expected = network.network()
                    .forward(ops, head, Extent.ALL_TOKENS)
                    .logits()
                    .orElseThrow()
                    .data();
            for (int i = 0; i < 2; i++) {
                assertThat(Math.abs(entry.path("logits").get(i).doubleValue() - expected[i]))
                        .isLessThan(1e-5);
            }
            lengths.add(ids.length);
        }
        return lengths;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    @Test
    void save_modelCard_beginsWithFrontMatter() throws IOException {
        List<String> card = Files.readAllLines(saved.resolve("README.md"));

        assertThat(card.get(0)).isEqualTo("---");
        int end = card.subList(1, card.size()).indexOf("---") + 1;
        assertThat(card.subList(1, end)).contains("library_name: transformers", "pipeline_tag: text-classification");
        assertThat(saved.resolve("curve.png")).isNotEmptyFile();
        assertThat(saved.resolve("confusion.png")).isNotEmptyFile();
    }

    @Test
    void save_history_hasARowForEachStep() throws IOException {
        List<String> rows = Files.readAllLines(saved.resolve("history.csv"));

        assertThat(rows.get(0)).isEqualTo("step,epoch,learning_rate,train_loss,validation_loss,validation_accuracy");
        assertThat(rows).hasSize(1 + 10 * 64 / 8);
        assertThat(rows.get(1)).startsWith("1,0.125,0.0,");
        assertThat(rows.get(80)).startsWith("80,10.0,");
    }

    @Test
    void save_report_isThereWithTheFigures() throws IOException {
        String html = Files.readString(saved.resolve("report.html"));
        Evaluation evaluation = model.report().orElseThrow().validation();

        assertThat(html)
                .contains(String.format(Locale.ROOT, "<b>%.4f</b>", evaluation.metric("accuracy")))
                .contains("<dt>freeze</dt><dd>embeddings</dd>")
                .contains("none of 64 texts is longer than 64 tokens");
    }

    @Test
    void saveAndOpen_multiLabel_keepsTheThresholds() throws IOException {
        Path directory = folder.resolve("thresholds");
        TrainingOptions options =
                TrainingOptions.builder().precision(Precision.FP32).epochs(1).build();
        Dataset topics = TinyData.topics("topics", 32, 1);
        try (FineTuned trained = FineTuning.of(folder.resolve("base").toString())
                .options(options)
                .train(topics, topics)) {
            trained.save(directory);
            Task.MultiLabel task = (Task.MultiLabel) trained.task();
            JsonNode stored = json(directory.resolve("graft.json")).path("thresholds");

            assertThat(MAPPER.convertValue(stored, double[].class))
                    .containsExactly(task.thresholds().stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray());
            try (FineTuned opened = FineTuned.open(directory)) {
                assertThat(opened.task()).isEqualTo(task);
            }
        }
    }
}
