package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {
    @TempDir
    Path folder;

    @Test
    void open_directoryOrFile_readsModelSafetensors() throws IOException {
        Path file = shard("model.safetensors", "w");

        assertThat(Weights.open(folder).tensors().keySet()).containsExactly("w");
        assertThat(Weights.open(file).tensors().keySet()).containsExactly("w");
        assertThat(Weights.open(folder).source()).isEqualTo(file);
    }

    @Test
    void open_shards_followsTheOrderOfTheIndex() throws IOException {
        shard("one.safetensors", "a");
        shard("two.safetensors", "b");
        index("{\"b\":\"two.safetensors\",\"a\":\"one.safetensors\"}");

        assertThat(Weights.open(folder).tensors().keySet()).containsExactly("b", "a");
    }

    @Test
    void open_shardMissing_namesIt() throws IOException {
        shard("one.safetensors", "a");
        index("{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}");

        assertRefused("the shard two.safetensors is missing. Fetch it into " + folder);
    }

    @Test
    void open_tensorNotInItsShard_namesBoth() throws IOException {
        shard("one.safetensors", "a");
        index("{\"a\":\"one.safetensors\",\"b\":\"one.safetensors\"}");

        assertRefused("tensor 'b' should be in one.safetensors, but is not there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../other.safetensors", "/etc/passwd", "a\\\\b", ""})
    void open_shardOutsideTheFolder_isRefused(String name) throws IOException {
        index("{\"a\":\"" + name + "\"}");

        assertRefused("is not the name of a file beside the index");
    }

    @Test
    void open_brokenIndex_saysWhy() throws IOException {
        Path index = folder.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"weight_map\":");
        assertRefused("is not sound JSON");
        Files.writeString(index, "{\"weight_map\":{}}");
        assertRefused("has no weight_map that names the shards");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pytorch_model.bin", "pytorch_model.bin.index.json"})
    void open_onlyPickles_tellsHowToConvert(String name) throws IOException {
        Files.writeString(folder.resolve(name), "");

        assertRefused(name + ": PyTorch's pickled format is not read by this version. Convert it where transformers is"
                + " installed: AutoModel.from_pretrained(folder).save_pretrained(folder, safe_serialization=True).");
    }

    @Test
    void open_pickleNamedDirectly_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("other.bin"), "");

        assertThatThrownBy(() -> Weights.open(file)).hasMessageContaining("other.bin: PyTorch's pickled format");
    }

    @Test
    void open_nothingThere_saysWhatIsLookedFor() {
        assertRefused("holds neither model.safetensors nor model.safetensors.index.json");
        assertThatThrownBy(() -> Weights.open(folder.resolve("absent")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("absent: there is no such file or directory");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> Weights.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(reason);
    }

    private Path shard(String name, String tensor) throws IOException {
        String header = "{\"" + tensor + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        return Files.write(folder.resolve(name), SafetensorsBytes.file(header, 4));
    }

    private void index(String weightMap) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":" + weightMap + "}");
    }
}
