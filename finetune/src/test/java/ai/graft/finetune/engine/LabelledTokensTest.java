package ai.graft.finetune.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.RandomBatch;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.task.Loss;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A masked-LM head that computes labelled tokens alone gives what it gives where it computes all of them. */
class LabelledTokensTest {
    private static final int COLUMNS = 6;

    static Stream<TinyNetwork> networks() {
        return TinyNetwork.below(new Head.MaskedLm());
    }

    private static Inputs batch(TinyNetwork tiny) {
        return RandomBatch.of(tiny.network().config(), COLUMNS, 2, 6, 3, 5);
    }

    /** Two in the first row, none in the second, one in the third. */
    private static Targets.Ids labels() {
        int[] labels = new int[3 * COLUMNS];
        Arrays.fill(labels, Loss.IGNORED);
        labels[1] = 7;
        labels[4] = 0;
        labels[2 * COLUMNS + 2] = 11;
        return new Targets.Ids(labels, COLUMNS);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void backward_labelledOnly_lossAndGradientsAreThoseOfAllTokens(TinyNetwork tiny) {
        try (TorchNetwork all = tiny.forTraining(1, setup(tiny, Extent.ALL_TOKENS));
                TorchNetwork labelled = tiny.forTraining(1, setup(tiny, Extent.HEAD_ONLY))) {
            double loss = all.backward(batch(tiny), labels(), 1, false, 3, 1);

            assertThat(labelled.backward(batch(tiny), labels(), 1, false, 3, 1)).isCloseTo(loss, within(1e-6 * loss));
            for (String name : tiny.names()) {
                float[] expected = all.gradient(name);
                float[] actual = labelled.gradient(name);
                double largest = 0;
                for (float value : expected) {
                    largest = Math.max(largest, Math.abs(value));
                }
                for (int i = 0; i < expected.length; i++) {
                    assertThat((double) actual[i])
                            .as("%s[%d]", name, i)
                            .isCloseTo(expected[i], within(1e-5 * largest + 2e-7));
                }
            }
        }
    }

    /** By hand: the logarithm of the sum of the exponentials, less the label's logit. */
    @ParameterizedTest
    @MethodSource("networks")
    void tokenLosses_ofEachLabel_areThoseOfTheLogits(TinyNetwork tiny) {
        ModelConfig config = tiny.network().config();
        try (TorchNetwork network = tiny.forPrediction(1, Precision.FP32)) {
            float[] losses = network.tokenLosses(batch(tiny), labels());
            float[] logits = network.logits(batch(tiny));

            int[] places = {1, 4, 2 * COLUMNS + 2};
            assertThat(logits).hasSize(3 * COLUMNS * config.vocabSize());
            assertThat(losses).hasSize(places.length);
            for (int i = 0; i < places.length; i++) {
                int from = places[i] * config.vocabSize();
                double sum = 0;
                for (int v = 0; v < config.vocabSize(); v++) {
                    sum += Math.exp(logits[from + v]);
                }
                double expected = Math.log(sum) - logits[from + labels().values()[places[i]]];
                assertThat((double) losses[i]).isCloseTo(expected, within(1e-5));
            }
        }
    }

    private static TrainingSetup setup(TinyNetwork tiny, Extent extent) {
        return new TrainingSetup(
                Loss.CrossEntropy.plain(),
                DropoutRates.NONE,
                Precision.FP32,
                extent,
                List.of(new ParameterGroup(tiny.names(), 1, 0)),
                0.9,
                0.999,
                1e-8,
                OptionalDouble.empty());
    }
}
