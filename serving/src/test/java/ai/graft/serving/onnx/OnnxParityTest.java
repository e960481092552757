package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Pooling;
import ai.graft.serving.SharedData;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.Flavour;
import ai.graft.serving.predict.OnnxSession;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded forward pass, exported, gives on ONNX Runtime what transformers gave. Tolerance: README of the golden data. */
@Tag("shared")
class OnnxParityTest {
    private static final double TOLERANCE = 1e-5;

    /** Other kernels for norms and attention: up to 1.4e-5 in hidden states around 10. */
    private static final double ORT_TOLERANCE = 2e-5;

    /** Values are up to 4.4, where fp16 rounds by up to 2⁻⁹: sixteen such steps on the way through a network. */
    private static final double HALF_TOLERANCE = 1.0 / 32;

    /** Refused by the network itself: heads and positions that it does not have. */
    private static final List<String> NOT_THERE = List.of("bert-multichoice", "bert-relative-key");

    /** Kept: .ci/check-second-runtime runs them on another ONNX Runtime. */
    private static final Path FOLDER = Path.of("target", "parity-onnx");

    /** Kept: serving/bench/compare/half.py computes them in another program's fp16. */
    private static final Path HALVES = Path.of("target", "parity-onnx-fp16");

    static Stream<String> cases() throws IOException {
        List<String> names = new ArrayList<>();
        for (JsonNode entry : SharedData.json(SharedData.parity("cases.json"))) {
            String name = entry.path("name").asText();
            Path directory = SharedData.parity(name);
            if (name.matches("(bert|roberta|xlmroberta|distilbert)-.*")
                    && !NOT_THERE.contains(name)
                    && Files.exists(directory.resolve("input.json"))) {
                assertThat(ModelConfig.MODEL_TYPES)
                        .contains(SharedData.json(directory.resolve("config.json"))
                                .path("model_type")
                                .asText());
                names.add(name);
            }
        }
        return names.stream();
    }

    @Test
    void cases_areAllThere() throws IOException {
        assertThat(cases())
                .hasSizeGreaterThanOrEqualTo(25)
                .contains("bert-model-maskholes", "roberta-model-leftpad", "bert-mlm-untied", "xlmroberta-qa");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void run_goldenCase_equalsTransformers(String name) throws IOException, OrtException {
        Path directory = SharedData.parity(name);
        JsonNode expected = SharedData.json(directory.resolve("expected.json"));
        Inputs inputs = inputs(SharedData.json(directory.resolve("input.json")));
        Checkpoint checkpoint = Checkpoint.open(directory);
        Head head = checkpoint.head();
        assertThat(checkpoint.network().className(head))
                .isEqualTo(expected.path("model_class").asText());
        Path file = write(checkpoint, fresh(FOLDER, name), ExportOptions.DEFAULT);
        OnnxChecker.check(file);

        for (OptLevel level : List.of(OptLevel.NO_OPT, OptLevel.ALL_OPT)) {
            try (OrtSession session = Ort.open(file, level)) {
                assertClose(Ort.run(session, inputs), expected, inputs, head, false, TOLERANCE);
            }
        }
    }

    private static Path fresh(Path parent, String name) throws IOException {
        Path folder = Files.createDirectories(parent.resolve(name));
        Files.deleteIfExists(folder.resolve("model.onnx"));
        return folder;
    }

    /** Padding is not computed there, so that answer spans are compared where there are tokens. */
    @ParameterizedTest
    @MethodSource("cases")
    void run_goldenCaseOfFlavourOrt_equalsTransformers(String name, @TempDir Path folder) throws IOException {
        Path directory = SharedData.parity(name);
        JsonNode expected = SharedData.json(directory.resolve("expected.json"));
        Inputs inputs = inputs(SharedData.json(directory.resolve("input.json")));
        Checkpoint checkpoint = Checkpoint.open(directory);
        Path file = write(checkpoint, folder, ExportOptions.DEFAULT.withFlavour(Flavour.ORT));

        try (OnnxSession session = OnnxSession.open(file, Device.CPU, 1)) {
            assertClose(session.run(inputs), expected, inputs, checkpoint.head(), true, ORT_TOLERANCE);
        }
    }

    /**
     * On the CPU products, norms and attention are computed in fp16, chains of small operators between them in fp32, where they
     * have no kernels. Bench's {@code half.py} rounds after each.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void run_goldenCaseInFp16ForGpus_isNearTransformers(String name) throws IOException {
        Path directory = SharedData.parity(name);
        JsonNode expected = SharedData.json(directory.resolve("expected.json"));
        Inputs inputs = inputs(SharedData.json(directory.resolve("input.json")));
        Checkpoint checkpoint = Checkpoint.open(directory);
        ExportOptions options = ExportOptions.DEFAULT.withPrecision(ExportPrecision.FP16_GPU);
        for (Flavour flavour : Flavour.values()) {
            Path file = write(checkpoint, fresh(HALVES.resolve(flavour.label()), name), options.withFlavour(flavour));
            if (flavour == Flavour.PORTABLE) {
                OnnxChecker.check(file);
            }
            try (OnnxSession session = OnnxSession.open(file, Device.CPU, 1)) {
                boolean packed = flavour == Flavour.ORT;
                assertClose(session.run(inputs), expected, inputs, checkpoint.head(), packed, HALF_TOLERANCE);
            }
        }
    }

    private static Path write(Checkpoint checkpoint, Path folder, ExportOptions options) throws IOException {
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(file, NetworkGraph.of(checkpoint.load(checkpoint.head(), false, 0), options), Map.of(), false);
        return file;
    }

    private static void assertClose(
            Map<String, float[]> given, JsonNode expected, Inputs inputs, Head head, boolean packed, double tolerance) {
        Map<String, float[]> outputs = named(given, inputs);
        assertThat(outputs).isNotEmpty();
        outputs.forEach((output, values) -> {
            JsonNode wanted = expected.path(output);
            boolean recorded = wanted.isArray() || output.contains("pool"); // which not every case has
            assertThat(recorded).as("%s is recorded", output).isTrue();
            if (wanted.isArray()) {
                boolean perToken = perToken(output, head) || (packed && head instanceof Head.QuestionAnswering);
                assertClose(output, values, wanted, inputs, perToken, tolerance);
            }
        });
    }

    /** Positions whose mask is 0 mean nothing; answer spans are recorded over all columns. */
    private static boolean perToken(String output, Head head) {
        return output.equals("hidden") || (output.equals("logits") && !(head instanceof Head.SequenceClassification));
    }

    /** By the names of the recordings, with the sentence vectors of bare encoders. */
    private static Map<String, float[]> named(Map<String, float[]> outputs, Inputs inputs) {
        Map<String, float[]> named = new LinkedHashMap<>();
        outputs.forEach((name, values) -> {
            switch (name) {
                case "last_hidden_state" -> {
                    float[] mean = Pooling.MEAN.apply(values, inputs);
                    named.put("hidden", values);
                    named.put("mean_pooled", mean);
                    named.put("mean_pooled_normalized", Pooling.normalized(mean, mean.length / inputs.rows()));
                }
                case "pooler_output" -> named.put("pooler", values);
                default -> named.put(name, values);
            }
        });
        return named;
    }

    private static void assertClose(
            String output, float[] actual, JsonNode expected, Inputs inputs, boolean perToken, double tolerance) {
        List<Double> wanted = new ArrayList<>();
        flatten(expected, wanted);
        assertThat(actual).as(output).hasSize(wanted.size());
        int width = perToken ? actual.length / inputs.attentionMask().length : actual.length;
        int compared = 0;
        for (int i = 0; i < actual.length; i++) {
            if (!perToken || inputs.attentionMask()[i / width] == 1) {
                compared++;
                assertThat(Math.abs(actual[i] - wanted.get(i)))
                        .as("%s, value %d", output, i)
                        .isLessThanOrEqualTo(tolerance);
            }
        }
        assertThat(compared).isPositive();
    }

    private static void flatten(JsonNode node, List<Double> values) {
        if (node.isArray()) {
            node.forEach(child -> flatten(child, values));
        } else {
            values.add(node.asDouble());
        }
    }

    private static Inputs inputs(JsonNode json) {
        int rows = json.path("input_ids").size();
        int columns = json.path("input_ids").path(0).size();
        int[] ones = new int[rows * columns];
        Arrays.fill(ones, 1);
        return new Inputs(
                rows,
                columns,
                matrix(json.path("input_ids"), new int[0]),
                matrix(json.path("attention_mask"), ones),
                matrix(json.path("token_type_ids"), new int[rows * columns]));
    }

    private static int[] matrix(JsonNode json, int[] absent) {
        List<Double> values = new ArrayList<>();
        flatten(json, values);
        return json.isArray() ? values.stream().mapToInt(Double::intValue).toArray() : absent;
    }
}
