package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.network.Init;
import ai.graft.model.network.WeightSpec;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that transformers 4.57.6 and safetensors 0.8.0 wrote, and what these libraries say of them. */
@Tag("shared")
class GoldenFormatsTest {
    private static final Path PARITY = Path.of(System.getProperty("graft.shared", ""), "parity");

    @TempDir
    Path folder;

    static List<String> brokenFiles() throws IOException {
        List<String> names = new ArrayList<>();
        json("fmt-broken/expected.json").path("files").fieldNames().forEachRemaining(names::add);
        assertThat(names).hasSize(23);
        return names;
    }

    @ParameterizedTest
    @MethodSource("brokenFiles")
    void open_brokenFile_isRefusedByNameAndReason(String name) {
        Path file = PARITY.resolve("fmt-broken").resolve(name);

        if (name.equals("ok.safetensors")) {
            assertThatCode(() -> Weights.open(file)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> Weights.open(file))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(name + ": ")
                    .hasMessageMatching("(?s).*(The file is damaged or not|[Ff]etch it again|git lfs pull).*");
        }
    }

    @Test
    void read_soundFileAmongTheBroken_givesItsValues() {
        Map<String, Tensor> tensors = SafetensorsFile.read(PARITY.resolve("fmt-broken/ok.safetensors"));

        assertThat(Tensors.named(tensors, "a").toFloats()).containsExactly(0, 1, 2, 3);
        assertThat(Tensors.named(tensors, "a").shape()).containsExactly(2, 2);
        assertThat(Tensors.named(tensors, "b").toFloats()).containsExactly(4, 5, 6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensors.safetensors", "tensors.bin", "tensors-legacy.bin"})
    void open_everyDtype_givesTheValuesOfPyTorch(String file) throws IOException {
        JsonNode expected = json("fmt-dtypes/expected.json").path("tensors");
        Map<String, Tensor> tensors =
                Weights.open(PARITY.resolve("fmt-dtypes").resolve(file)).tensors();

        assertThat(tensors.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        expected.properties().stream().map(Map.Entry::getKey).toList());
        for (Map.Entry<String, JsonNode> entry : expected.properties()) {
            Tensor tensor = Tensors.named(tensors, entry.getKey());
            String dtype = entry.getValue().path("dtype").asText();
            assertThat(tensor.dtype().name()).as(entry.getKey()).isEqualTo(dtypeName(dtype));
            assertThat(tensor.shape())
                    .as(entry.getKey())
                    .isEqualTo(ints(entry.getValue().path("shape")));
            assertThat(tensor.toFloats())
                    .as(entry.getKey())
                    .isEqualTo(floats(entry.getValue().path("values")));
        }
    }

    /** PyTorch's name of a type in safetensors' words. */
    private static String dtypeName(String torch) {
        return torch.replace("bfloat", "BF")
                .replace("float", "F")
                .replace("uint", "U")
                .replace("int", "I")
                .toUpperCase(Locale.ROOT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensors.safetensors", "tensors.bin", "tensors-legacy.bin"})
    void open_wideNumbers_keepEveryBit(String file) {
        Map<String, Tensor> tensors =
                Weights.open(PARITY.resolve("fmt-dtypes").resolve(file)).tensors();

        ByteBuffer longs = Tensors.named(tensors, "i64").data();
        assertThat(longs.getLong()).isEqualTo(Long.MIN_VALUE);
        assertThat(longs.getLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(Tensors.named(tensors, "f64").data().getDouble()).isEqualTo(-0.1467950974849952);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fmt-bf16/model.safetensors",
                "fmt-fp16/model.safetensors",
                "fmt-mixed/model.safetensors",
                "fmt-gamma-beta/model.safetensors",
                "fmt-sharded/model-00002-of-00003.safetensors",
                "roberta-seqcls/model.safetensors"
            })
    void write_whatWasRead_givesThePythonLibrarysBytes(String name) throws IOException {
        Path original = PARITY.resolve(name);
        Path copy = folder.resolve("copy.safetensors");

        SafetensorsFile.write(copy, SafetensorsFile.read(original));

        assertThat(Files.mismatch(original, copy)).isEqualTo(-1);
    }

    @Test
    void open_shardsAndUnusualHeader_holdTheSameWeightsAsTheIndexSays() throws IOException {
        Map<String, Tensor> shards = Weights.open(PARITY.resolve("fmt-sharded")).tensors();
        Map<String, Tensor> unusual =
                Weights.open(PARITY.resolve("fmt-safetensors-header")).tensors();
        JsonNode index = json("fmt-sharded/model.safetensors.index.json");

        assertThat(shards.keySet()).containsExactlyInAnyOrderElementsOf(unusual.keySet());
        assertThat(shards).hasSize(index.path("weight_map").size());
        assertThat(shards.values().stream().mapToLong(Tensor::size).sum())
                .isEqualTo(index.path("metadata").path("total_parameters").asLong());
        assertThat(unusual.values().stream().mapToLong(Tensor::size).sum()).isEqualTo(20291);
    }

    /** The lists of output_loading_info; the model's weights are those of the complete 3-class file. */
    @ParameterizedTest
    @CsvSource({
        "fmt-safetensors-header, 3, true, bert., classifier",
        "fmt-sharded, 3, true, bert., classifier",
        "fmt-gamma-beta, 2, true, bert., classifier",
        "fmt-prefixless, 4, true, bert., classifier",
        "fmt-prefixless-qa, 2, false, bert., qa_outputs",
        "fmt-prefixed-to-bare, 3, true, '', ''",
        "fmt-mlm-to-seqcls, 2, true, bert., classifier",
        "fmt-other-labels, 5, true, bert., classifier",
        "fmt-missing-tensor, 3, true, bert., classifier",
        "fmt-bin-zip, 3, true, bert., classifier",
        "fmt-bin-legacy, 3, true, bert., classifier",
        "fmt-bin-plain-dict, 3, true, bert., classifier",
        "fmt-bin-protocol4, 3, true, bert., classifier",
        "fmt-bin-mixed, 3, true, bert., classifier",
        "fmt-bin-views, 3, true, bert., classifier",
        "fmt-bin-views-legacy, 3, true, bert., classifier",
        "fmt-sharded-bin, 3, true, bert., classifier",
    })
    void load_formatCase_reportsTheListsOfTransformers(
            String name, int labels, boolean pooler, String prefix, String head) throws IOException {
        LoadReport report = load(name, wanted(prefix, labels, pooler, head)).report();
        JsonNode loading = json(name + "/expected.json").path("loading");

        assertThat(report.missing()).isEqualTo(strings(loading.path("missing_keys")));
        assertThat(report.unexpected()).isEqualTo(strings(loading.path("unexpected_keys")));
        List<Mismatch> mismatched = StreamSupport.stream(
                        loading.path("mismatched_keys").spliterator(), false)
                .map(key -> new Mismatch(key.path(0).asText(), ints(key.path(1)), ints(key.path(2))))
                .toList();
        assertThat(report.mismatched()).isEqualTo(mismatched);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fmt-prefixless", "fmt-mlm-to-seqcls", "fmt-other-labels"})
    void requireEncoder_onlyTheHeadIsNew_passes(String name) throws IOException {
        LoadReport report = load(name, wanted("bert.", 5, true, "classifier")).report();

        assertThatCode(() -> report.requireEncoder("bert.", "pooler.")).doesNotThrowAnyException();
    }

    @Test
    void requireEncoder_missingTensors_namesBoth() throws IOException {
        LoadReport report = load("fmt-missing-tensor", wanted("bert.", 3, true, "classifier"))
                .report();

        assertThatThrownBy(() -> report.requireEncoder("bert.", "pooler."))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("model.safetensors: the encoder is not whole. Missing:"
                        + " 'bert.embeddings.LayerNorm.bias', 'bert.encoder.layer.1.output.dense.weight'.");
    }

    @Test
    void requireEncoder_wrongShape_namesTensorAndBothShapes() throws IOException {
        LoadReport report =
                load("fmt-wrong-shape", wanted("bert.", 3, true, "classifier")).report();

        assertThat(report.mismatched()).hasSize(1);
        assertThatThrownBy(() -> report.requireEncoder("bert.", "pooler."))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("'" + report.mismatched().get(0).name()
                        + "' is [28, 32] in the file, the model wants" + " [32, 32]");
    }

    @Test
    void requireEncoder_robertaFileForBert_saysSo() throws IOException {
        LoadReport report = load("fmt-roberta-mlm-to-seqcls", wanted("bert.", 3, true, "classifier"))
                .report();

        assertThatThrownBy(() -> report.requireEncoder("bert.", "pooler."))
                .hasMessageContaining("Expected names of the architecture 'bert'")
                .hasMessageContaining("look like 'roberta'");
    }

    private static Loaded load(String name, List<WeightSpec> wanted) {
        return WeightLoader.load(Weights.open(PARITY.resolve(name)), wanted, "bert.", Set.of());
    }

    private static List<WeightSpec> wanted(String prefix, int labels, boolean pooler, String head) throws IOException {
        List<WeightSpec> specs = new ArrayList<>();
        SafetensorsBytes.header(PARITY.resolve("fmt-fp16/model.safetensors"))
                .properties()
                .forEach(entry -> {
                    String name = entry.getKey();
                    if (name.startsWith("bert.") && (pooler || !name.contains("pooler"))) {
                        String own = prefix + name.substring("bert.".length());
                        specs.add(new WeightSpec(
                                own, Init.NORMAL, ints(entry.getValue().path("shape"))));
                    }
                });
        if (!head.isEmpty()) {
            specs.add(new WeightSpec(head + ".weight", Init.NORMAL, List.of(labels, 32)));
            specs.add(new WeightSpec(head + ".bias", Init.ZEROS, List.of(labels)));
        }
        return specs;
    }

    private static List<Integer> ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = array.get(i);
            values[i] = value.isTextual() ? Float.parseFloat(value.asText()) : (float) value.asDouble();
        }
        return values;
    }

    private static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(PARITY.resolve(name).toFile());
    }
}
