package ai.graft.finetune.replay;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.LoraAdapter;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.WeightSpec;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Retraces recorded trainings of transformers and torch number by number. Tolerances: README of the golden data. */
@Tag("shared")
class TrainingParityTest {

    static Stream<Arguments> variants() throws IOException {
        List<Arguments> variants = new ArrayList<>();
        try (Stream<Path> cases = Files.list(SharedData.parity("training"))) {
            for (Path directory : cases.filter(Files::isDirectory).sorted().toList()) {
                SharedData.json(directory.resolve("train.json"))
                        .path("variants")
                        .fieldNames()
                        .forEachRemaining(variant -> variants.add(
                                Arguments.of(directory.getFileName().toString(), variant)));
            }
        }
        return variants.stream();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void replay_recordedRun_equalsTransformers(String name, String variant) throws IOException {
        Path directory = SharedData.parity("training/" + name);
        Replay.Start plain = Replay.Start.of(Checkpoint.open(directory.resolve("model")));
        Path adapter = directory.resolve("adapter");
        Replay.Start start = Files.exists(adapter) ? plain.with(LoraAdapter.read(adapter)) : plain;
        ObjectNode actual = Replay.run(
                start,
                SharedData.json(directory.resolve("train.json")),
                SharedData.json(directory.resolve("forward.json")),
                variant,
                Precision.FP32,
                ComputeDevice.CPU);
        assertRun(actual, SharedData.json(directory.resolve("expected.json")).path(variant));
    }

    @ParameterizedTest
    @MethodSource("minilmVariants")
    void replay_realEncoder_equalsTransformers(String variant) throws IOException {
        Path directory = SharedData.parity("minilm/finetune");
        Checkpoint start = Checkpoint.open("minilm");
        Map<String, Tensor> headWeights = SafetensorsFile.read(directory.resolve("head.safetensors"));
        Head head = new Head.SequenceClassification(2);
        PretrainedNetwork pretrained = start.load(head, true, 0).with(headWeights);
        ObjectNode actual = Replay.run(
                new Replay.Start(start.config(), pretrained, Optional.empty()),
                SharedData.json(directory.resolve("train.json")),
                SharedData.json(directory.resolve("forward.json")),
                variant,
                Precision.FP32,
                ComputeDevice.CPU);
        assertRun(actual, SharedData.json(directory.resolve("expected.json")).path(variant));
    }

    static Stream<String> adapters() {
        return Stream.of("bert-lora", "distilbert-lora");
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void forward_withoutAndWithAdapter_equalsPeft(String name) throws IOException {
        Path directory = SharedData.parity("training/" + name);
        JsonNode expected = SharedData.json(directory.resolve("expected.json"));
        Checkpoint checkpoint = Checkpoint.open(directory.resolve("model"));
        PretrainedNetwork base = checkpoint.load(checkpoint.head(), false, 0);
        Inputs inputs = JsonBatch.read(SharedData.json(directory.resolve("forward.json")))
                .inputs();

        assertLogits(logits(base, inputs), expected.path("without_adapter").path("logits"), 1e-5);
        LoraAdapter initial = LoraAdapter.read(directory.resolve("adapter"));
        assertLogits(
                logits(beside(base, initial), inputs),
                expected.path("with_initial_adapter").path("logits"),
                1e-5);
        LoraAdapter trained = LoraAdapter.read(directory.resolve("adapter-trained"));
        float[] unmerged = logits(beside(base, trained), inputs);
        float[] merged = logits(base, weight -> trained.merge(weight, base.values(weight)), inputs);
        JsonNode last = expected.path("base").path("final").path("logits");
        assertLogits(unmerged, last, 5e-5);
        assertLogits(merged, last, 5e-5);
        for (int i = 0; i < merged.length; i++) {
            assertThat(Math.abs(merged[i] - unmerged[i])).isLessThanOrEqualTo(1e-5f);
        }
    }

    private static PretrainedNetwork beside(PretrainedNetwork base, LoraAdapter adapter) {
        return base.adapted(adapter.lora()).with(adapter.weights());
    }

    private static float[] logits(PretrainedNetwork network, Inputs inputs) {
        return logits(network, network::values, inputs);
    }

    private static float[] logits(PretrainedNetwork network, Function<WeightSpec, float[]> values, Inputs inputs) {
        try (TorchNetwork torch = TorchNetwork.forPrediction(
                network.network(), network.head(), values, Precision.FP32, ComputeDevice.CPU)) {
            return torch.logits(inputs);
        }
    }

    private static void assertLogits(float[] actual, JsonNode expected, double tolerance) {
        int columns = expected.get(0).size();
        assertThat(actual).hasSize(expected.size() * columns);
        for (int i = 0; i < actual.length; i++) {
            double value = expected.get(i / columns).get(i % columns).asDouble();
            assertThat(Math.abs(actual[i] - value)).isLessThanOrEqualTo(tolerance);
        }
    }

    static Stream<String> minilmVariants() {
        return Stream.of("base", "frozen");
    }

    private static void assertRun(JsonNode actual, JsonNode expected) {
        assertThat(expected.path("steps").size())
                .isPositive()
                .isEqualTo(actual.path("steps").size());
        for (int i = 0; i < expected.path("steps").size(); i++) {
            JsonNode step = expected.path("steps").get(i);
            JsonNode own = actual.path("steps").get(i);
            assertClose("lr", own.path("lr"), step.path("lr"), 1e-9);
            assertClose("loss of step " + (i + 1), own.path("loss"), step.path("loss"), i == 0 ? 2e-6 : 3e-5);
            double norm = step.path("grad_norm").asDouble();
            assertClose("norm of step " + (i + 1), own.path("grad_norm"), step.path("grad_norm"), 1e-4 * norm);
            for (int micro = 0; micro < step.path("micro_losses").size(); micro++) {
                assertClose(
                        "micro loss",
                        own.path("micro_losses").get(micro),
                        step.path("micro_losses").get(micro),
                        3e-5);
            }
        }
        if (expected.has("grads_step1")) { // left out for the real encoder with frozen layers
            assertGradients(actual.path("grads_step1"), expected.path("grads_step1"));
        }
        assertFinal(actual.path("final"), expected.path("final"));
        assertWeights(actual.path("params"), expected.path("params"), expected.path("noise_only_params"));
        assertThat(actual.has("merged_params")).isEqualTo(expected.has("merged_params"));
        if (expected.has("merged_params")) {
            assertThat(names(actual.path("merged_params")))
                    .containsExactlyInAnyOrderElementsOf(names(expected.path("merged_params")));
            assertWeights(actual.path("merged_params"), expected.path("merged_params"), expected.path("none"));
        }
    }

    /** Sums of some thousand gradients: the rounding of each, 1e-5 of the largest, adds up along their absolute sum. */
    private static void assertGradients(JsonNode actual, JsonNode expected) {
        assertThat(names(actual)).containsExactlyInAnyOrderElementsOf(names(expected));
        for (String name : names(expected)) {
            double size = expected.path(name).path("abs_sum").asDouble();
            double tolerance = 2e-5 * size + 1e-6;
            assertClose(
                    name, actual.path(name).path("abs_sum"), expected.path(name).path("abs_sum"), tolerance);
            assertClose(name, actual.path(name).path("sum"), expected.path(name).path("sum"), tolerance);
        }
    }

    private static void assertFinal(JsonNode actual, JsonNode expected) {
        assertClose("final loss", actual.path("loss"), expected.path("loss"), 3e-5);
        for (int row = 0; row < expected.path("start_logits").size(); row++) {
            for (String key : List.of("start_logits", "end_logits")) {
                double[] own = centred(actual.path(key).get(row));
                double[] other = centred(expected.path(key).get(row));
                for (int i = 0; i < other.length; i++) {
                    assertThat(Math.abs(own[i] - other[i])).as(key).isLessThanOrEqualTo(1e-5);
                }
            }
        }
        assertThat(actual.has("logits")).isEqualTo(expected.has("logits"));
        assertNested("logits", actual.path("logits"), expected.path("logits"));
    }

    private static double[] centred(JsonNode row) {
        double mean = 0;
        for (JsonNode value : row) {
            mean += value.asDouble() / row.size();
        }
        double[] values = new double[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i).asDouble() - mean;
        }
        return values;
    }

    private static void assertNested(String where, JsonNode actual, JsonNode expected) {
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i).isArray()) {
                assertNested(where + "[" + i + "]", actual.get(i), expected.get(i));
            } else {
                assertClose(where + "[" + i + "]", actual.get(i), expected.get(i), 5e-5);
            }
        }
    }

    private static void assertWeights(JsonNode actual, JsonNode expected, JsonNode noiseOnly) {
        List<String> noise = new ArrayList<>();
        noiseOnly.forEach(name -> noise.add(name.asText()));
        int compared = 0;
        for (String name : names(expected)) {
            if (noise.contains(name)) {
                continue;
            }
            JsonNode weight = expected.path(name);
            double tolerance = 2e-5 * weight.path("abs_sum").asDouble();
            assertClose(name, actual.path(name).path("sum"), weight.path("sum"), tolerance);
            assertClose(name, actual.path(name).path("abs_sum"), weight.path("abs_sum"), tolerance);
            for (int i = 0; i < weight.path("first").size(); i++) {
                assertClose(
                        name,
                        actual.path(name).path("first").get(i),
                        weight.path("first").get(i),
                        5e-4);
            }
            compared++;
        }
        assertThat(compared).isPositive();
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void assertClose(String what, JsonNode actual, JsonNode expected, double tolerance) {
        assertThat(actual.isNumber()).as(what).isTrue();
        assertThat(Math.abs(actual.asDouble() - expected.asDouble()))
                .as("%s: %s, expected %s", what, actual, expected)
                .isLessThanOrEqualTo(tolerance);
    }
}
