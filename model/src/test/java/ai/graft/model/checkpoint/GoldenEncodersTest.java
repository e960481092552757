package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The encoders in langchain4j's jars; MiniLM against its weights in transformers' BertModel. */
@Tag("shared")
class GoldenEncodersTest {
    private static final Path MINILM = Path.of(System.getProperty("graft.shared", ""), "parity", "minilm");

    @TempDir
    static Path folder; // one cache for all tests

    @Test
    void find_minilm_everyTensorIsTheOneOfTransformers() throws IOException {
        JsonNode expected = json(MINILM.resolve("tensors.json"));
        Map<String, Tensor> tensors = Weights.open(cache().find("minilm")).tensors();

        assertThat(expected).hasSize(103);
        assertThat(tensors).hasSize(103);
        for (Map.Entry<String, JsonNode> entry : expected.properties()) {
            assertTensor(entry.getKey(), Tensors.named(tensors, entry.getKey()), entry.getValue());
        }
    }

    @Test
    void find_minilm_configurationAgreesWithTransformers() throws IOException {
        JsonNode expected = json(MINILM.resolve("config.json"));
        JsonNode config = json(cache().find("minilm").resolve("config.json"));

        assertThat(config).isNotEmpty();
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            assertThat(field.getValue()).as(field.getKey()).isEqualTo(expected.path(field.getKey()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "e5-small, b2a43b66",
        "bge-small, 828e1496",
    })
    void find_smallEncoders_haveAllTheirWeights(String name, String checksum) throws IOException {
        Path entry = cache().find(name);
        Map<String, Tensor> tensors = Weights.open(entry).tensors();

        assertThat(tensors).hasSize(197);
        assertThat(tensors.values().stream().mapToLong(Tensor::size).sum()).isEqualTo(33_212_160);
        assertThat(json(entry.resolve("config.json")).path("num_hidden_layers").asInt())
                .isEqualTo(12);
        assertThat(json(entry.resolve("graft-source.json")).path("sha256").asText())
                .startsWith(checksum);
        assertThat(json(entry.resolve("tokenizer_config.json")))
                .hasToString("{\"tokenizer_class\":\"BertTokenizer\",\"model_max_length\":512,\"do_lower_case\":true}");
    }

    /** Processor time, since the machine may be busy; the import runs on the calling thread. */
    @Test
    void find_minilm_importTakesUnderThreeSeconds(@TempDir Path fresh) {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long start = clock.getCurrentThreadCpuTime();

        new PretrainedCache(fresh, GoldenEncodersTest.class.getClassLoader(), ArtifactSource.none()).find("minilm");

        Duration importTime = Duration.ofNanos(clock.getCurrentThreadCpuTime() - start);
        assertThat(importTime).isLessThan(Duration.ofSeconds(3));
    }

    private static void assertTensor(String name, Tensor tensor, JsonNode expected) {
        assertThat(tensor.shape())
                .as(name)
                .hasToString(expected.path("shape").toString().replace(",", ", "));
        float[] values = tensor.toFloats();
        double sum = 0;
        double absSum = 0;
        for (float value : values) {
            sum += value;
            absSum += Math.abs(value);
        }
        double digits = 1e-8 * Math.max(1, expected.path("abs_sum").asDouble()); // nine digits in the golden file
        assertThat(sum).as(name).isCloseTo(expected.path("sum").asDouble(), within(digits));
        assertThat(absSum).as(name).isCloseTo(expected.path("abs_sum").asDouble(), within(digits));
        for (int i = 0; i < 3; i++) {
            assertThat(values[i]).as(name).isEqualTo((float)
                    expected.path("first").path(i).asDouble());
        }
    }

    private static PretrainedCache cache() {
        return new PretrainedCache(folder, GoldenEncodersTest.class.getClassLoader(), ArtifactSource.none());
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }
}
