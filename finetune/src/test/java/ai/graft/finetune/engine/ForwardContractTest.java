package ai.graft.finetune.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.RandomBatch;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the engine computes of every architecture below every head, judged by the reference interpreter. */
class ForwardContractTest {
    /** Two sound fp32 computations of such networks lie up to 4e-6 apart: some dozen roundings of 6e-8 at values up to 5. */
    private static final double FP32 = 1e-5;

    /** bfloat16 keeps 8 binary digits: 2⁻⁸ of each of some dozen roundings in a row, at values around 1. */
    private static final double BF16 = 0.1;

    private static final int[] LENGTHS = {7, 2, 1, 5};
    private static final int COLUMNS = 7;

    static Stream<TinyNetwork> networks() {
        return TinyNetwork.all();
    }

    static Stream<TinyNetwork> encoders() {
        return TinyNetwork.below(new Head.None());
    }

    static Stream<TinyNetwork> tokenClassifiers() {
        return TinyNetwork.below(new Head.TokenClassification(5));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everythingAndLogits_paddedBatch_agreeWithReference(TinyNetwork tiny) {
        Inputs batch = RandomBatch.of(tiny.network().config(), COLUMNS, 2, LENGTHS);
        double[][] expected = new Reference(tiny, 1).everything(batch);

        try (TorchNetwork torch = tiny.forPrediction(1, Precision.FP32)) {
            List<float[]> actual = torch.everything(batch);

            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < expected.length; i++) {
                assertClose(actual.get(i), expected[i], FP32);
            }
            if (!(tiny.head() instanceof Head.None)) { // a program of its own, which computes what the head reads alone
                assertClose(torch.logits(batch), expected[expected.length - 1], FP32);
            }
        }
    }

    /** The GPU's kernel of attention, which the CPU has too. */
    @ParameterizedTest
    @MethodSource("encoders")
    void everything_fusedAttention_agreesWithReference(TinyNetwork tiny) {
        Inputs batch = RandomBatch.of(tiny.network().config(), COLUMNS, 2, LENGTHS);
        String source = new NetworkScript(
                        tiny.network(), tiny.head(), tiny.specs(), true, Precision.FP32, Optional.empty())
                .source();
        assertThat(source).contains("scaled_dot_product_attention");
        double[][] expected = new Reference(tiny, 1).everything(batch);
        Map<String, float[]> weights = tiny.weights(1);
        try (TorchNetwork fused = TorchNetwork.open(
                tiny.network(),
                tiny.head(),
                weight -> weights.getOrDefault(weight.name(), new float[0]),
                Precision.FP32,
                Optional.empty(),
                ComputeDevice.CPU,
                true)) {
            List<float[]> actual = fused.everything(batch);
            for (int i = 0; i < expected.length; i++) {
                assertClose(actual.get(i), expected[i], FP32);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("tokenClassifiers")
    void logits_bf16_agreeToItsDigits(TinyNetwork tiny) {
        Inputs batch = RandomBatch.of(tiny.network().config(), COLUMNS, 2, LENGTHS);
        double[][] expected = new Reference(tiny, 1).everything(batch);

        try (TorchNetwork torch = tiny.forPrediction(1, Precision.BF16)) {
            float[] actual = torch.logits(batch);

            assertClose(actual, expected[expected.length - 1], BF16);
            assertThat(differsSomewhere(actual, expected[expected.length - 1]))
                    .as("is bf16 at all")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everything_rowInAPaddedBatch_isTheRowAlone(TinyNetwork tiny) {
        Inputs batch = RandomBatch.of(tiny.network().config(), COLUMNS, 2, LENGTHS);
        try (TorchNetwork torch = tiny.forPrediction(1, Precision.FP32)) {
            List<float[]> together = torch.everything(batch);
            for (int row = 0; row < LENGTHS.length; row++) {
                List<float[]> alone = torch.everything(RandomBatch.row(batch, row, LENGTHS[row]));
                for (int i = 0; i < alone.size(); i++) {
                    float[] whole = together.get(i);
                    float[] expected = alone.get(i);
                    int from = row * (whole.length / LENGTHS.length);
                    assertThat(Arrays.copyOfRange(whole, from, from + expected.length))
                            .containsExactly(expected, within(5e-6f)); // other shapes, other order of sums
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void everything_rowOfPaddingAlone_isFinite(TinyNetwork tiny) {
        Inputs batch = RandomBatch.of(tiny.network().config(), 3, 2, 3, 0);
        try (TorchNetwork torch = tiny.forPrediction(1, Precision.FP32)) {
            for (float[] output : torch.everything(batch)) {
                for (float value : output) {
                    assertThat(value).isFinite();
                }
            }
        }
    }

    private static boolean differsSomewhere(float[] actual, double[] expected) {
        for (int i = 0; i < actual.length; i++) {
            if (Math.abs(actual[i] - expected[i]) > 2 * FP32) {
                return true;
            }
        }
        return false;
    }

    private static void assertClose(float[] actual, double[] expected, double tolerance) {
        assertThat(actual.length).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("element %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }
}
