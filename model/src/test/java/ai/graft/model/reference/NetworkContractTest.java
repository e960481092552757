package ai.graft.model.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.RandomBatch;
import ai.graft.fixtures.TinyNetworks;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Network;
import ai.graft.model.network.Outputs;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every architecture promises below every head, told in doubles, where equal means equal. */
class NetworkContractTest {
    /** Sums of some dozen numbers around 1 in another order. */
    private static final Offset<Double> DOUBLES = within(1e-12);

    private static final int[] LENGTHS = {7, 2, 1, 4};
    private static final int COLUMNS = 7;

    static Stream<Arguments> networksAndHeads() {
        return TinyNetworks.CONFIGS.stream()
                .map(json -> Network.of(ConfigFile.parse(json, "tiny").model()))
                .flatMap(network -> TinyNetworks.HEADS.stream().map(head -> Arguments.of(network, head)));
    }

    static Stream<Arguments> networksAndHeadsWithLogits() {
        return networksAndHeads().filter(arguments -> !(arguments.get()[1] instanceof Head.None));
    }

    @ParameterizedTest
    @MethodSource("networksAndHeads")
    void forward_rowInAPaddedBatch_isTheRowAlone(Network network, Head head) {
        Function<String, Elements> weights = weights(network, head);
        Inputs batch = RandomBatch.of(network.config(), COLUMNS, 2, LENGTHS);
        List<DoubleTensor> together = outputs(network, head, batch, weights);

        for (int row = 0; row < LENGTHS.length; row++) {
            Inputs single = RandomBatch.row(batch, row, LENGTHS[row]);
            List<DoubleTensor> alone = outputs(network, head, single, weights);
            for (int i = 0; i < alone.size(); i++) {
                double[] expected = alone.get(i).data();
                double[] whole = together.get(i).data();
                int from = row * (whole.length / LENGTHS.length);
                assertThat(Arrays.copyOfRange(whole, from, from + expected.length))
                        .containsExactly(expected, DOUBLES);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networksAndHeads")
    void forward_tokensChanged_outputsChange(Network network, Head head) {
        Function<String, Elements> weights = weights(network, head);
        double[] one = last(outputs(network, head, RandomBatch.of(network.config(), 4, 3, 4), weights));
        double[] other = last(outputs(network, head, RandomBatch.of(network.config(), 4, 4, 4), weights));

        assertThat(one).hasSameSizeAs(other);
        for (int i = 0; i < one.length; i++) {
            assertThat(one[i]).isNotCloseTo(other[i], within(1e-6));
        }
    }

    @ParameterizedTest
    @MethodSource("networksAndHeadsWithLogits")
    void forward_headOnly_givesTheSameLogits(Network network, Head head) {
        Function<String, Elements> weights = weights(network, head);
        Inputs batch = RandomBatch.of(network.config(), COLUMNS, 2, LENGTHS);

        DoubleTensor all = logits(network.forward(new ReferenceOps(batch, weights), head, Extent.ALL_TOKENS));
        DoubleTensor needed = logits(network.forward(new ReferenceOps(batch, weights), head, Extent.HEAD_ONLY));

        assertThat(needed.shape()).containsExactly(all.shape());
        assertThat(needed.data()).containsExactly(all.data(), DOUBLES);
    }

    private static Function<String, Elements> weights(Network network, Head head) {
        Map<String, float[]> weights = TinyNetworks.weights(network, head, 1);
        return name -> {
            float[] values = weights.get(name);
            if (values == null) {
                throw new IllegalArgumentException("no weight " + name);
            }
            return Elements.of(FloatBuffer.wrap(values));
        };
    }

    private static DoubleTensor logits(Outputs<DoubleTensor> outputs) {
        return outputs.logits().orElseThrow();
    }

    private static double[] last(List<DoubleTensor> outputs) {
        return outputs.get(outputs.size() - 1).data();
    }

    private static List<DoubleTensor> outputs(
            Network network, Head head, Inputs inputs, Function<String, Elements> weights) {
        Outputs<DoubleTensor> outputs = network.forward(new ReferenceOps(inputs, weights), head, Extent.ALL_TOKENS);
        return Stream.of(Stream.of(outputs.hidden()), outputs.pooled().stream(), outputs.logits().stream())
                .flatMap(tensors -> tensors)
                .toList();
    }
}
