package ai.graft.finetune.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.RandomBatch;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.task.Loss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of training: AdamW worked out in doubles, what stays as it was, and what repeats bit for bit. */
class TrainingContractTest {
    private static final TinyNetwork TINY = TinyNetwork.bert(new Head.SequenceClassification(4));
    private static final double BETA1 = 0.8;
    private static final double BETA2 = 0.95;

    /** Large, so that the size of a gradient counts and not only its sign. */
    private static final double EPS = 0.01;

    private static final double RATE = 0.05;
    private static final float[] NONE = {};

    private static final List<String> HEAD = List.of("classifier.weight", "classifier.bias");
    private static final List<String> LAYER =
            TINY.names().stream().filter(name -> name.contains("layer.1.")).toList();
    private static final List<ParameterGroup> GROUPS =
            List.of(new ParameterGroup(LAYER, 0.5, 0.1), new ParameterGroup(HEAD, 1, 0));

    private static final Inputs BATCH = RandomBatch.of(TINY.network().config(), 6, 2, 6, 3, 5);
    private static final Targets LABELS = new Targets.Ids(new int[] {0, 3, 1}, 0);

    /**
     * Two steps, so that moments and their correction are at work. The gradients of each step are the engine's own, which
     * another test holds to the reference. A bound of 0.05 clips here, one of 1000 does not, 0 stands for none.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.05, 1000})
    void update_twoGroups_isAdamWInDoubles(double maxGradNorm) {
        Map<String, HandAdamW> expected = new LinkedHashMap<>();
        for (ParameterGroup group : GROUPS) {
            group.names()
                    .forEach(name ->
                            expected.put(name, new HandAdamW(TINY.weights(1).getOrDefault(name, NONE), group)));
        }
        try (TorchNetwork torch = TINY.forTraining(1, setup(GROUPS, maxGradNorm, false))) {
            for (int step = 1; step <= 2; step++) {
                torch.backward(BATCH, LABELS, 1, false, 1, step);
                Map<String, float[]> gradients = new LinkedHashMap<>();
                expected.keySet().forEach(name -> gradients.put(name, torch.gradient(name)));
                double norm = norm(gradients);
                double factor = maxGradNorm == 0 ? 1 : Math.min(1, maxGradNorm / (norm + 1e-6));
                assertThat(factor < 1).isEqualTo(maxGradNorm == 0.05);

                assertThat(torch.update(RATE)).isCloseTo(norm, within(1e-5 * norm));
                int now = step;
                expected.forEach((name, adamW) -> adamW.step(gradients.getOrDefault(name, NONE), factor, now));
            }
            for (WeightSpec weight : torch.weights()) {
                HandAdamW hand = expected.get(weight.name());
                if (hand != null) {
                    double[] values = hand.values;
                    float[] actual = torch.weight(weight);
                    for (int i = 0; i < actual.length; i++) { // fp32: 6e-8 of weights up to 1, twice
                        assertThat((double) actual[i]).as(weight.name()).isCloseTo(values[i], within(1e-6));
                    }
                }
            }
        }
    }

    @Test
    void update_frozenWeights_stayBitForBit() {
        try (TorchNetwork torch = TINY.forTraining(1, setup(GROUPS, 1, true))) {
            Map<String, float[]> before = weights(torch);
            for (int step = 1; step <= 3; step++) {
                torch.backward(BATCH, LABELS, 1, false, 1, step);
                torch.update(RATE);
            }
            Map<String, float[]> after = weights(torch);

            assertThat(after.keySet()).containsAll(LAYER).containsAll(HEAD);
            after.forEach((name, values) -> {
                if (LAYER.contains(name) || HEAD.contains(name)) {
                    assertThat(values).as(name).isNotEqualTo(before.get(name));
                } else {
                    assertThat(values).as(name).isEqualTo(before.get(name));
                }
            });
        }
    }

    @Test
    void training_sameSeedAndBatches_sameBits() {
        Run one = Run.of(1);
        Run again = Run.of(1);
        Run other = Run.of(2);

        assertThat(one.losses).hasSize(5).isEqualTo(again.losses).isNotEqualTo(other.losses);
        one.weights.forEach((name, values) -> assertThat(values).as(name).isEqualTo(again.weights.get(name)));
    }

    @Test
    void training_sameBatchAgain_lossFalls() {
        List<Double> losses = Run.of(1).losses;

        assertThat(losses.get(4)).isLessThan(losses.get(0));
    }

    @Test
    void recall_afterMoreSteps_bringsTheRememberedBitsBack() {
        try (TorchNetwork torch = TINY.forTraining(1, setup(GROUPS, 1, true))) {
            step(torch, 1);
            torch.remember();
            Map<String, float[]> remembered = weights(torch);
            float[] logits = torch.logits(BATCH);
            step(torch, 2);
            assertThat(torch.logits(BATCH)).isNotEqualTo(logits);

            torch.recall();

            weights(torch).forEach((name, values) -> assertThat(values).as(name).isEqualTo(remembered.get(name)));
            assertThat(torch.logits(BATCH)).isEqualTo(logits);
        }
    }

    @Test
    void remember_again_replacesWhatWasRemembered() {
        try (TorchNetwork torch = TINY.forTraining(1, setup(GROUPS, 1, true))) {
            torch.remember();
            step(torch, 1);
            torch.remember();
            float[] logits = torch.logits(BATCH);
            step(torch, 2);
            torch.recall();

            assertThat(torch.logits(BATCH)).isEqualTo(logits);
        }
    }

    /** Training in bfloat16 takes the same way, within its 8 binary digits. */
    @Test
    void backward_bf16_isNearFp32() {
        TrainingSetup fp32 = setup(GROUPS, 1, true);
        TrainingSetup bf16 = new TrainingSetup(
                fp32.loss(),
                fp32.dropout(),
                Precision.BF16,
                fp32.extent(),
                GROUPS,
                BETA1,
                BETA2,
                EPS,
                fp32.maxGradNorm());
        try (TorchNetwork exact = TINY.forTraining(1, fp32);
                TorchNetwork rounded = TINY.forTraining(1, bf16)) {
            double loss = exact.backward(BATCH, LABELS, 1, false, 1, 1);

            assertThat(rounded.backward(BATCH, LABELS, 1, false, 1, 1))
                    .isNotEqualTo(loss)
                    .isCloseTo(loss, within(0.05));
            double norm = exact.update(RATE);
            assertThat(rounded.update(RATE)).isCloseTo(norm, within(0.05 * norm));
        }
    }

    /** As when every weight of a layer's decaying group is frozen. */
    @Test
    void update_groupWithoutWeights_isPassedOver() {
        List<ParameterGroup> groups = List.of(
                new ParameterGroup(List.of(), 1, 0.1),
                new ParameterGroup(HEAD, 1, 0),
                new ParameterGroup(List.of(), 1, 0));
        try (TorchNetwork torch = TINY.forTraining(1, setup(groups, 1, false));
                TorchNetwork same = TINY.forTraining(1, setup(List.of(new ParameterGroup(HEAD, 1, 0)), 1, false))) {
            step(torch, 1);
            step(same, 1);

            assertThat(torch.logits(BATCH)).isEqualTo(same.logits(BATCH));
        }
    }

    @Test
    void setup_nothingToTrain_refused() {
        assertThatThrownBy(() -> setup(List.of(new ParameterGroup(List.of(), 1, 0)), 1, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nothing is left to train: every weight is frozen");
    }

    @Test
    void setup_weightInTwoGroups_refusedByName() {
        List<ParameterGroup> groups = List.of(new ParameterGroup(HEAD, 1, 0), new ParameterGroup(HEAD, 1, 0.1));

        assertThatThrownBy(() -> setup(groups, 1, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the weight 'classifier.weight' is in two groups");
    }

    @Test
    void forTraining_unknownWeight_refusedByName() {
        TrainingSetup setup = setup(List.of(new ParameterGroup(List.of("classifier.wait"), 1, 0)), 1, false);

        assertThatThrownBy(() -> TINY.forTraining(1, setup))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the network has no weight 'classifier.wait' to train");
    }

    @Test
    void gradient_frozenWeight_refusedByName() {
        try (TorchNetwork torch = TINY.forTraining(1, setup(GROUPS, 1, false))) {
            torch.backward(BATCH, LABELS, 1, false, 1, 1);

            assertThatThrownBy(() -> torch.gradient("bert.pooler.dense.weight"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("'bert.pooler.dense.weight' is not among the trained weights of this network");
        }
    }

    @Test
    void backward_idBeyondVocabulary_refusedBeforeTheEngine() {
        Inputs wrong = new Inputs(1, 2, new int[] {1, 31}, new int[] {1, 1}, new int[2]);
        try (TorchNetwork torch = TINY.forTraining(1, setup(GROUPS, 1, false))) {
            assertThatThrownBy(() -> torch.backward(wrong, new Targets.Ids(new int[1], 0), 1, false, 1, 1))
                    .hasMessageContaining("row 0, position 1: token id 31 is beyond");
            assertThatThrownBy(() -> torch.logits(wrong)).hasMessageContaining("token id 31");
        }
    }

    /** AdamW after Loshchilov and Hutter, algorithm 2, for one weight. */
    private static final class HandAdamW {
        private final ParameterGroup group;
        private final double[] values;
        private final double[] m;
        private final double[] v;

        HandAdamW(float[] start, ParameterGroup group) {
            this.group = group;
            this.values = new double[start.length];
            this.m = new double[start.length];
            this.v = new double[start.length];
            for (int i = 0; i < start.length; i++) {
                values[i] = start[i];
            }
        }

        void step(float[] gradient, double factor, int step) {
            double rate = RATE * group.learningRateFactor();
            for (int i = 0; i < values.length; i++) {
                double g = gradient[i] * factor;
                m[i] = BETA1 * m[i] + (1 - BETA1) * g;
                v[i] = BETA2 * v[i] + (1 - BETA2) * g * g;
                double mean = m[i] / (1 - Math.pow(BETA1, step));
                double square = v[i] / (1 - Math.pow(BETA2, step));
                values[i] -= rate * (mean / (Math.sqrt(square) + EPS) + group.weightDecay() * values[i]);
            }
        }
    }

    /** Five steps with dropout. */
    private record Run(List<Double> losses, Map<String, float[]> weights) {
        static Run of(long seed) {
            try (TorchNetwork torch = TINY.forTraining(1, setup(GROUPS, 1, true))) {
                List<Double> losses = new ArrayList<>();
                for (int step = 1; step <= 5; step++) {
                    losses.add(torch.backward(BATCH, LABELS, 1, false, seed, step));
                    torch.update(RATE);
                }
                return new Run(losses, TrainingContractTest.weights(torch));
            }
        }
    }

    private static void step(TorchNetwork torch, int step) {
        torch.backward(BATCH, LABELS, 1, false, 1, step);
        torch.update(RATE);
    }

    private static Map<String, float[]> weights(TorchNetwork torch) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        torch.weights().forEach(weight -> weights.put(weight.name(), torch.weight(weight)));
        return weights;
    }

    private static double norm(Map<String, float[]> gradients) {
        double squares = 0;
        for (float[] gradient : gradients.values()) {
            for (float value : gradient) {
                squares += (double) value * value;
            }
        }
        return Math.sqrt(squares);
    }

    private static TrainingSetup setup(List<ParameterGroup> groups, double maxGradNorm, boolean dropout) {
        return new TrainingSetup(
                Loss.CrossEntropy.plain(),
                TinyNetwork.dropout(dropout),
                Precision.FP32,
                Extent.HEAD_ONLY,
                groups,
                BETA1,
                BETA2,
                EPS,
                maxGradNorm == 0 ? OptionalDouble.empty() : OptionalDouble.of(maxGradNorm));
    }
}
