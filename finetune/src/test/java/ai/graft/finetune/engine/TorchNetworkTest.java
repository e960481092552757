package ai.graft.finetune.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class TorchNetworkTest {
    /** A table of 70,000 x 16 = 1,120,000 elements: more than are handed over at once. */
    private static final Network NETWORK =
            Network.of(ConfigFile.parse("""
                    {"model_type": "bert", "vocab_size": 70000, "hidden_size": 16, "num_hidden_layers": 1,
                     "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 8}
                    """, "config.json").model());

    @Test
    void weight_afterOpening_isWhatWasGiven() {
        try (TorchNetwork network = open(TorchNetworkTest::counting)) {
            assertThat(network.weights())
                    .anySatisfy(weight -> assertThat(weight.size()).isEqualTo(1_120_000));
            for (WeightSpec weight : network.weights()) {
                assertThat(network.weight(weight)).as(weight.name()).isEqualTo(counting(weight));
            }
        }
    }

    @Test
    void open_weightOfWrongSize_namesItAndBothSizes() {
        assertThatThrownBy(() -> open(weight -> new float[7]).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("word_embeddings.weight' has 7 elements, expected 1120000");
    }

    private static TorchNetwork open(Function<WeightSpec, float[]> values) {
        return TorchNetwork.forPrediction(NETWORK, new Head.None(), values, Precision.FP32, ComputeDevice.CPU);
    }

    /** Whole numbers below 2²⁴, which fp32 holds exactly. */
    private static float[] counting(WeightSpec weight) {
        float[] values = new float[Math.toIntExact(weight.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + weight.name().length();
        }
        return values;
    }
}
