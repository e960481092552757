package ai.graft.finetune.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.LoadReport;
import ai.graft.model.config.ConfigException;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every output of every forward and format case equals what transformers gave. Tolerances: README of the golden data. */
@Tag("shared")
class ForwardParityTest {
    private static final double OUTPUT_TOLERANCE = 1e-5;
    private static final double LOSS_TOLERANCE = 5e-6;

    static Stream<String> cases() throws IOException {
        List<String> names = new ArrayList<>();
        for (JsonNode entry : SharedData.json(SharedData.parity("cases.json"))) {
            Path directory = SharedData.parity(entry.path("name").asText());
            // minilm's weights are in a jar, see PretrainedGoldenTest; the others are refused.
            String refused = "minilm bert-multichoice bert-relative-key fmt-missing-tensor fmt-wrong-shape";
            if (Files.exists(directory.resolve("input.json"))
                    && ModelConfig.MODEL_TYPES.contains(modelType(directory))
                    && !List.of(refused.split(" ")).contains(entry.path("name").asText())) {
                names.add(entry.path("name").asText());
            }
        }
        return names.stream();
    }

    private static String modelType(Path directory) throws IOException {
        return SharedData.json(directory.resolve("config.json"))
                .path("model_type")
                .asText();
    }

    @Test
    void cases_areAllThere() throws IOException {
        assertThat(cases())
                .hasSizeGreaterThanOrEqualTo(46)
                .contains("bert-model-nomask", "roberta-seqcls-multilabel", "distilbert-mlm") // pytorch_model.bin
                .contains("fmt-sharded-bin", "fmt-gamma-beta-bin", "fmt-bin-views", "fmt-bin-protocol4");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void forward_goldenCase_equalsTransformers(String name) throws IOException {
        Path directory = SharedData.parity(name);
        JsonNode expected = SharedData.json(directory.resolve("expected.json"));
        JsonNode input = SharedData.json(directory.resolve("input.json"));
        Checkpoint checkpoint = Checkpoint.open(directory);
        JsonNode wantedLabels = expected.path("load_with").path("num_labels");
        int labels = wantedLabels.asInt(checkpoint.config().labels().size());
        Head head = Head.ofArchitecture(expected.path("model_class").asText(), labels);

        assertLoading(checkpoint.report(head), expected.path("loading"));
        ObjectNode actual = ForwardPass.run(checkpoint, head, wantedLabels.isInt(), input, ComputeDevice.CPU);

        int compared = 0;
        for (String key : List.of(
                "hidden", "pooler", "logits", "start_logits", "end_logits", "mean_pooled", "mean_pooled_normalized")) {
            if (expected.has(key)) {
                assertThat(actual.has(key)).as(key).isTrue();
                boolean perToken = key.equals("hidden")
                        || head instanceof Head.TokenClassification
                        || head instanceof Head.MaskedLm;
                JsonNode mask = perToken ? input.path("attention_mask") : input.path("no such key");
                assertClose(key, actual.path(key), expected.path(key), mask);
                compared++;
            }
        }
        JsonNode states = expected.path("hidden_states");
        for (int layer = 0; layer < states.size(); layer++) {
            JsonNode state = actual.path("hidden_states").path(layer);
            assertClose("hidden_states[" + layer + "]", state, states.get(layer), input.path("attention_mask"));
        }
        if (expected.has("loss")) {
            assertThat(actual.path("loss").asDouble())
                    .isCloseTo(expected.path("loss").asDouble(), org.assertj.core.data.Offset.offset(LOSS_TOLERANCE));
        }
        assertThat(compared).isPositive();
    }

    private static void assertLoading(LoadReport report, JsonNode loading) {
        if (loading.isMissingNode()) {
            return;
        }
        assertThat(report.missing()).containsExactlyInAnyOrderElementsOf(texts(loading.path("missing_keys")));
        assertThat(report.unexpected()).containsExactlyInAnyOrderElementsOf(texts(loading.path("unexpected_keys")));
        List<String> mismatched = new ArrayList<>();
        loading.path("mismatched_keys")
                .forEach(entry -> mismatched.add(entry.get(0).asText() + entry.get(1) + entry.get(2)));
        assertThat(report.mismatched().stream()
                        .map(m -> m.name()
                                + m.fileShape().toString().replace(" ", "")
                                + m.modelShape().toString().replace(" ", "")))
                .containsExactlyInAnyOrderElementsOf(mismatched);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(entry -> texts.add(entry.asText()));
        return texts;
    }

    /** Compares nested arrays; rows whose mask is 0 are passed over. */
    private static void assertClose(String where, JsonNode actual, JsonNode expected, JsonNode mask) {
        assertThat(actual.size()).as(where).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            if (mask.isArray() && mask.path(i).isInt() && mask.path(i).asInt() == 0) {
                continue;
            }
            if (expected.get(i).isArray()) {
                assertClose(where + "[" + i + "]", actual.get(i), expected.get(i), mask.path(i));
            } else {
                assertThat(Math.abs(actual.get(i).asDouble() - expected.get(i).asDouble()))
                        .as(where + "[" + i + "]")
                        .isLessThanOrEqualTo(OUTPUT_TOLERANCE);
            }
        }
    }

    @Test
    void forward_missingEncoderTensors_refusedByName() {
        Checkpoint checkpoint = Checkpoint.open(SharedData.parity("fmt-missing-tensor"));
        assertThatThrownBy(() -> checkpoint.load(checkpoint.head(), false, 0))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("bert.embeddings.LayerNorm.bias")
                .hasMessageContaining("bert.encoder.layer.1.output.dense.weight");
    }

    @Test
    void forward_encoderOfOtherShape_refusedWithBothShapes() {
        Checkpoint checkpoint = Checkpoint.open(SharedData.parity("fmt-wrong-shape"));
        assertThatThrownBy(() -> checkpoint.load(checkpoint.head(), false, 0))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("28, 32")
                .hasMessageContaining("32, 32");
    }

    @Test
    void forward_multipleChoice_refusedByName() {
        Checkpoint checkpoint = Checkpoint.open(SharedData.parity("bert-multichoice"));
        assertThatThrownBy(checkpoint::head)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("BertForMultipleChoice");
    }

    @Test
    void forward_relativePositions_refusedByName() {
        assertThatThrownBy(() -> Checkpoint.open(SharedData.parity("bert-relative-key")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("relative_key");
    }
}
