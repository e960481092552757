package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.reference.ShapeOps;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Some layers of an encoder alone. Every element of a layer's weights is the layer's number here. */
class CheckpointLayersTest {
    private static final String BERT = """
            {"model_type": "bert", "vocab_size": 7, "hidden_size": 4, "num_attention_heads": 2, "num_hidden_layers": %d,
             "intermediate_size": 5, "max_position_embeddings": 6, "kept": 1}""";
    private static final String DISTILBERT = """
            {"model_type": "distilbert", "vocab_size": 7, "dim": 4, "n_heads": 2, "n_layers": %d, "hidden_dim": 5,
             "max_position_embeddings": 6}""";

    /** 6 of 12 are those of DistilBERT's authors; 3 of 6 and 3 of 12 those of transformers' students. */
    @ParameterizedTest
    @CsvSource({
        "12, 6, 0 2 4 7 9 11",
        "12, 3, 0 6 11",
        "6, 3, 0 2 5",
        "6, 6, 0 1 2 3 4 5",
        "6, 2, 0 5",
        "6, 1, 0",
    })
    void withLayers_fewer_takesThemEvenlySpaced(int layers, int count, String expected) {
        for (String form : List.of(BERT, DISTILBERT)) {
            Checkpoint fewer = checkpoint(form, layers).withLayers(count);
            PretrainedNetwork loaded = fewer.load(new Head.SequenceClassification(2), true, 1);

            assertThat(fewer.config().model().numHiddenLayers()).isEqualTo(count);
            List<String> taken = ShapeOps.weights(loaded.network(), loaded.head()).stream()
                    .filter(weight -> weight.name().matches(".*layer.*(q_lin|query).bias"))
                    .map(weight -> Integer.toString((int) loaded.values(weight)[0]))
                    .toList();
            assertThat(taken).containsExactly(expected.split(" "));
        }
    }

    @Test
    void withLayers_config_keepsWhatGraftDoesNotKnow() {
        assertThat(checkpoint(BERT, 6).withLayers(3).config().toJson())
                .contains("\"num_hidden_layers\" : 3", "\"kept\" : 1");
        assertThat(checkpoint(DISTILBERT, 6).withLayers(3).config().toJson()).contains("\"n_layers\" : 3");
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 0})
    void withLayers_moreThanThereAre_refusedWithBothNumbers(int count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> checkpoint(BERT, 6).withLayers(count))
                .withMessage("layers is " + count + ", but tiny has 6: ask for 1 to 6");
    }

    private static Checkpoint checkpoint(String form, int layers) {
        ConfigFile config = ConfigFile.parse(form.formatted(layers), "config.json");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        ShapeOps.weights(Network.of(config.model()), new Head.None()).forEach(weight -> {
            float[] values = new float[(int) weight.size()];
            String name = weight.name();
            int at = name.indexOf("layer.");
            Arrays.fill(values, at < 0 ? -1 : Integer.parseInt(name.substring(at + 6, name.indexOf('.', at + 6))));
            tensors.put(name, Tensor.ofFloats(weight.shape(), values));
        });
        return new Checkpoint(Path.of("tiny"), config, new Weights(Path.of("tiny"), tensors));
    }
}
