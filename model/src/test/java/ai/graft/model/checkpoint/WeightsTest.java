package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** Names as BERT and DistilBERT have them, with and without what stands before. */
    @ParameterizedTest
    @ValueSource(strings = {"bert.encoder.", "encoder.", "", "distilbert.transformer."})
    void withLayers_someKept_areNumberedAnew(String prefix) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int layer = 0; layer < 12; layer++) {
            tensors.put(prefix + "layer." + layer + ".output.weight", Tensor.ofFloats(List.of(1), new float[] {layer}));
        }
        tensors.put("pooler.dense.bias", Tensor.ofFloats(List.of(1), new float[] {99}));

        Map<String, Tensor> kept =
                new Weights(folder, tensors).withLayers(List.of(0, 5, 11)).tensors();

        assertThat(kept.keySet())
                .containsExactly(
                        prefix + "layer.0.output.weight",
                        prefix + "layer.1.output.weight",
                        prefix + "layer.2.output.weight",
                        "pooler.dense.bias");
        assertThat(kept.values().stream().map(tensor -> tensor.toFloats()[0])).containsExactly(0f, 5f, 11f, 99f);
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

    @Test
    void open_onlyPickles_readsThem() throws IOException {
        Path file = pickle("pytorch_model.bin", "w");

        assertThat(Weights.open(folder).source()).isEqualTo(file);
        assertThat(Weights.open(folder).tensors().keySet()).containsExactly("w");
        assertThat(Weights.open(pickle("other.pt", "v")).tensors().keySet()).containsExactly("v");
    }

    @Test
    void open_shardedPickles_followsTheIndex() throws IOException {
        pickle("one.bin", "a");
        pickle("two.bin", "b");
        Files.writeString(
                folder.resolve("pytorch_model.bin.index.json"),
                "{\"weight_map\":{\"b\":\"two.bin\",\"a\":\"one.bin\"}}");

        assertThat(Weights.open(folder).tensors().keySet()).containsExactly("b", "a");
    }

    @Test
    void open_bothFormats_prefersSafetensorsAsTransformersDoes() throws IOException {
        pickle("pytorch_model.bin", "pickled");
        index("{\"a\":\"one.safetensors\"}");
        shard("one.safetensors", "a");
        assertThat(Weights.open(folder).tensors().keySet()).containsExactly("a");

        Path single = shard("model.safetensors", "w");
        assertThat(Weights.open(folder).source()).isEqualTo(single);
    }

    @Test
    void open_nothingThere_saysWhatIsLookedFor() {
        assertRefused("holds none of model.safetensors, pytorch_model.bin, nor an index of shards (NAME.index.json)");
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

    private Path pickle(String name, String tensor) throws IOException {
        byte[] pickle = TorchBytes.pickle(false, TorchBytes.View.row(tensor, "0", 1));
        return Files.write(folder.resolve(name), TorchBytes.zip(pickle, Map.of("data/0", TorchBytes.floats(1))));
    }

    private void index(String weightMap) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":" + weightMap + "}");
    }
}
