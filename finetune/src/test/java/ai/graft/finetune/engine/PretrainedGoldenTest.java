package ai.graft.finetune.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The real MiniLM, imported and run by the engine, against its weights in transformers. Tolerances: README of the data. */
@Tag("shared")
class PretrainedGoldenTest {
    private static final Path MINILM = Path.of(System.getProperty("graft.shared", ""), "parity", "minilm");
    private static final double OUTPUTS = 1e-5;
    private static final double EMBEDDINGS = 2e-6;
    private static final int SIZE = 384;

    private static JsonNode expected;
    private static Inputs inputs;
    private static float[] hidden;
    private static float[] pooled;
    private static double[][] embeddings;

    @BeforeAll
    static void run() throws IOException {
        expected = new ObjectMapper().readTree(MINILM.resolve("expected.json").toFile());
        inputs = inputs(new ObjectMapper().readTree(MINILM.resolve("input.json").toFile()));
        PretrainedNetwork minilm = Checkpoint.open("minilm").load(new Head.None(), false, 0);
        try (TorchNetwork torch = TorchNetwork.forPrediction(
                minilm.network(), minilm.head(), minilm::values, Precision.FP32, ComputeDevice.CPU)) {
            List<float[]> outputs = torch.everything(inputs);
            hidden = outputs.get(0);
            pooled = outputs.get(1);
        }
        embeddings = IntStream.range(0, inputs.rows())
                .mapToObj(PretrainedGoldenTest::embedding)
                .toArray(double[][]::new);
    }

    @Test
    void minilm_embeddings_areThoseOfTransformers() {
        assertThat(inputs.rows()).isEqualTo(18);
        for (int row = 0; row < inputs.rows(); row++) {
            JsonNode wanted = expected.path("mean_pooled_normalized").path(row);
            assertThat(wanted).hasSize(SIZE);
            for (int i = 0; i < SIZE; i++) {
                assertThat(embeddings[row][i]).isCloseTo(wanted.path(i).asDouble(), within(EMBEDDINGS));
            }
        }
    }

    @Test
    void minilm_similarities_areThoseOfTransformers() {
        for (int row = 0; row < inputs.rows(); row++) {
            for (int other = 0; other < inputs.rows(); other++) {
                double[] a = embeddings[row];
                double[] b = embeddings[other];
                double cosine =
                        IntStream.range(0, SIZE).mapToDouble(i -> a[i] * b[i]).sum();
                assertThat(cosine)
                        .isCloseTo(expected.path("cosine").path(row).path(other).asDouble(), within(OUTPUTS));
            }
        }
    }

    @Test
    void minilm_poolerAndHiddenStates_areThoseOfTransformers() {
        for (int row = 0; row < inputs.rows(); row++) {
            int first = row * inputs.columns() * SIZE;
            int last = first + (length(row) - 1) * SIZE;
            assertClose(pooled, row * SIZE, expected.path("pooler_first8").path(row));
            assertClose(
                    hidden, first, expected.path("hidden_first_token_first8").path(row));
            assertClose(hidden, last, expected.path("hidden_last_token_first8").path(row));
        }
    }

    private static void assertClose(float[] values, int from, JsonNode wanted) {
        assertThat(wanted).hasSize(8);
        for (int i = 0; i < 8; i++) {
            assertThat((double) values[from + i]).isCloseTo(wanted.path(i).asDouble(), within(OUTPUTS));
        }
    }

    /** The mean over a row's tokens, scaled to length 1. */
    private static double[] embedding(int row) {
        int columns = inputs.columns();
        double[] mean = IntStream.range(0, SIZE)
                .mapToDouble(h -> IntStream.range(0, length(row))
                        .mapToDouble(s -> hidden[(row * columns + s) * SIZE + h])
                        .average()
                        .orElseThrow())
                .toArray();
        double norm = Math.sqrt(
                IntStream.range(0, SIZE).mapToDouble(i -> mean[i] * mean[i]).sum());
        return IntStream.range(0, SIZE).mapToDouble(i -> mean[i] / norm).toArray();
    }

    private static int length(int row) {
        int from = row * inputs.columns();
        return IntStream.range(from, from + inputs.columns())
                .map(i -> inputs.attentionMask()[i])
                .sum();
    }

    private static Inputs inputs(JsonNode json) {
        int rows = json.path("input_ids").size();
        int columns = json.path("input_ids").path(0).size();
        return new Inputs(
                rows, columns, flat(json, "input_ids"), flat(json, "attention_mask"), flat(json, "token_type_ids"));
    }

    private static int[] flat(JsonNode json, String key) {
        return StreamSupport.stream(json.path(key).spliterator(), false)
                .flatMap(row -> StreamSupport.stream(row.spliterator(), false))
                .mapToInt(JsonNode::asInt)
                .toArray();
    }
}
