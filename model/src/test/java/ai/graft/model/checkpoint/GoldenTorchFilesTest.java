package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that torch 2.13 wrote. */
@Tag("shared")
class GoldenTorchFilesTest {
    private static final Path PARITY = Path.of(System.getProperty("graft.shared", ""), "parity");

    /** Nine files run a command when Python reads them (commands stands for subprocess); the last is a module. */
    @ParameterizedTest
    @CsvSource({
        "evil_torch, asks for 'posix.system'",
        "evil_legacy, asks for 'posix.system'",
        "evil_eval, asks for '__builtin__.eval'",
        "evil_protocol4, asks for 'posix.system'",
        "evil_popen, asks for 'commands.Popen'",
        "evil_inst, uses the opcode STRING",
        "evil_obj, asks for 'os.system'",
        "evil_dotted, asks for 'torch.serialization.os.system'",
        "evil_build, asks for 'os.system'",
        "whole_module, asks for 'torch.nn.modules.linear.Linear'",
    })
    void open_evilFile_isRefusedByNameAndNothingRuns(String name, String reason) {
        Path file = PARITY.resolve("fmt-evil").resolve(name + ".bin");

        assertThatThrownBy(() -> Weights.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file + ": the pickle " + reason + " at its byte ")
                .hasMessageContaining("nothing was run");

        assertThat(Path.of("graft-pwned.txt")).doesNotExist();
    }

    @Test
    void open_evilFiles_areAllInTheTable() throws IOException {
        assertThat(json("fmt-evil/expected.json").path("files")).hasSize(10);
    }

    /** One checkpoint in every format: the safetensors shards hold the same bits. */
    @ParameterizedTest
    @ValueSource(
            strings = {"fmt-bin-zip", "fmt-bin-legacy", "fmt-bin-plain-dict", "fmt-bin-protocol4", "fmt-sharded-bin"})
    void open_sameCheckpoint_holdsTheBitsOfTheSafetensors(String name) {
        Map<String, Tensor> expected =
                Weights.open(PARITY.resolve("fmt-sharded")).tensors();
        Map<String, Tensor> actual = Weights.open(PARITY.resolve(name)).tensors();

        assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        expected.forEach((tensor, value) ->
                assertThat(Tensors.named(actual, tensor)).as(tensor).isEqualTo(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fmt-bin-views", "fmt-bin-views-legacy"})
    void read_views_haveTheStridesOfPyTorch(String name) throws IOException {
        JsonNode expected = json(name + "/expected.json").path("strides");
        Map<String, TorchView> views = views(PARITY.resolve(name).resolve("pytorch_model.bin"));

        assertThat(views).hasSize(expected.size());
        views.forEach((tensor, view) -> {
            assertThat(view.strides())
                    .as(tensor)
                    .isEqualTo(longs(expected.path(tensor).path("stride")));
            assertThat(view.offset())
                    .as(tensor)
                    .isEqualTo(expected.path(tensor).path("storage_offset").asLong(-1));
        });
    }

    @Test
    void read_tiedDecoder_sharesTheStorage() throws IOException {
        Map<String, TorchView> views = views(PARITY.resolve("fmt-gamma-beta-bin/pytorch_model.bin"));

        assertThat(views.get("cls.predictions.decoder.weight"))
                .isNotNull()
                .isEqualTo(views.get("bert.embeddings.word_embeddings.weight"));
    }

    @Test
    void open_streamCutShort_namesTheTensor() {
        assertThatThrownBy(() -> Weights.open(PARITY.resolve("fmt-broken/truncated-legacy.bin")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageMatching(".*truncated-legacy.bin: tensor '.+': its storage should .* has only 9000.*");
    }

    private static Map<String, TorchView> views(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            MappedFile mapped = MappedFile.of(channel);
            boolean zip = mapped.copy(0, 1).get() == 'P';
            return (zip ? TorchZip.read("", mapped) : TorchStream.read("", mapped)).tensors();
        }
    }

    private static List<Long> longs(JsonNode array) {
        List<Long> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asLong()));
        return values;
    }

    private static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(PARITY.resolve(name).toFile());
    }
}
