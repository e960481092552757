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
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Losses and gradients of every architecture and loss, with and without dropout, against central differences of the
 * reference interpreter, which drops by the same bytes.
 */
class GradientContractTest {
    /** Central differences err by the square of the step, 1e-10, and by the rounding of doubles over it, 1e-11. */
    private static final double STEP = 1e-5;

    private static final long SEED = 11;
    private static final long PASS = 3;
    private static final int[] LENGTHS = {6, 3, 5};
    private static final int COLUMNS = 6;

    /**
     * Every loss on one network, with and without dropout; and with dropout every network below every head, since a loss
     * sees logits alone; and every network with adapters.
     */
    static Stream<Arguments> objectivesAndNetworks() {
        Stream<Arguments> losses = Objective.all()
                .flatMap(objective -> Stream.of(true, false)
                        .map(dropout -> Arguments.of(objective, TinyNetwork.bert(objective.head()), dropout)));
        Stream<Arguments> networks = Objective.oneForEachHead()
                .flatMap(objective ->
                        TinyNetwork.below(objective.head()).map(tiny -> Arguments.of(objective, tiny, true)));
        Stream<Arguments> adapted = Objective.all()
                .limit(1)
                .flatMap(objective ->
                        TinyNetwork.below(objective.head()).map(tiny -> Arguments.of(objective, tiny.adapted(), true)));
        return Stream.of(losses, networks, adapted).flatMap(arguments -> arguments);
    }

    @ParameterizedTest
    @MethodSource("objectivesAndNetworks")
    void backward_everyWeight_hasTheGradientOfTheReference(Objective objective, TinyNetwork tiny, boolean withDropout) {
        ModelConfig config = tiny.network().config();
        Inputs batch = RandomBatch.of(config, COLUMNS, 2, LENGTHS);
        double[] targets = objective.targets(batch, config.vocabSize(), 4);
        DropoutRates dropout = TinyNetwork.dropout(withDropout);
        Extent extent = withDropout ? Extent.HEAD_ONLY : Extent.ALL_TOKENS;
        Reference reference = new Reference(tiny, 1);

        try (TorchNetwork torch = tiny.forTraining(1, setup(objective.loss(), dropout, extent, tiny.names()))) {
            double loss = torch.backward(batch, objective.forEngine(targets, batch), 1, false, SEED, PASS);

            assertThat(loss)
                    .isCloseTo(
                            reference.loss(objective.loss(), batch, targets, extent, dropout, SEED, PASS),
                            within(1e-6 * Math.max(1, loss)));
            SplittableRandom random = new SplittableRandom(5);
            for (String name : tiny.names()) {
                float[] gradient = torch.gradient(name);
                int element = elementOutsidePadRow(name, gradient.length, config, random);
                double expected = difference(
                        reference.weight(name),
                        element,
                        () -> reference.loss(objective.loss(), batch, targets, extent, dropout, SEED, PASS));
                assertGradient(name + "[" + element + "]", gradient, element, expected);
            }
        }
    }

    /** Every token counts here, padding too, and still no look-up trains the pad token's row, nor RoBERTa's pad position. */
    @ParameterizedTest
    @MethodSource("tokenClassifiers")
    void backward_padRow_hasNoGradientThroughLookUps(TinyNetwork tiny) {
        ModelConfig config = tiny.network().config();
        Inputs batch = RandomBatch.of(config, COLUMNS, 2, LENGTHS);
        Targets labels = new Targets.Ids(new int[LENGTHS.length * COLUMNS], COLUMNS);
        Loss loss = Loss.CrossEntropy.plain();
        boolean padHasAPosition = config.modelType().contains("roberta");

        try (TorchNetwork torch =
                tiny.forTraining(1, setup(loss, DropoutRates.NONE, Extent.ALL_TOKENS, tiny.names()))) {
            torch.backward(batch, labels, 1, false, SEED, PASS);
            List<String> tables = tiny.names().stream()
                    .filter(name -> name.endsWith("word_embeddings.weight")
                            || padHasAPosition && name.endsWith("position_embeddings.weight"))
                    .toList();
            assertThat(tables).hasSize(padHasAPosition ? 2 : 1);
            for (String table : tables) {
                float[] gradient = torch.gradient(table);
                int from = config.padTokenId() * config.hiddenSize();
                assertThat(Arrays.copyOfRange(gradient, from, from + config.hiddenSize()))
                        .containsOnly(0);
                assertThat(gradient).as("other rows").isNotEqualTo(new float[gradient.length]);
            }
        }
    }

    static Stream<TinyNetwork> tokenClassifiers() {
        return TinyNetwork.below(new Head.TokenClassification(5));
    }

    /** A tied decoder reads the pad token's row as it reads any other, and trains it. */
    @Test
    void backward_padRowOfTiedDecoder_isTrainedByTheDecoder() {
        TinyNetwork tiny = TinyNetwork.bert(new Head.MaskedLm());
        Inputs batch = RandomBatch.of(tiny.network().config(), 4, 2, 4, 4); // no padding
        double[] targets = {1, 2, 3, 4, 5, 6, 7, 8};
        Loss loss = Loss.CrossEntropy.plain();
        Reference reference = new Reference(tiny, 1);
        String words = "bert.embeddings.word_embeddings.weight";

        try (TorchNetwork torch =
                tiny.forTraining(1, setup(loss, DropoutRates.NONE, Extent.ALL_TOKENS, tiny.names()))) {
            torch.backward(batch, new Targets.Ids(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, 4), 1, false, SEED, PASS);
            double expected = difference(
                    reference.weight(words),
                    2,
                    () -> reference.loss(loss, batch, targets, Extent.ALL_TOKENS, DropoutRates.NONE, SEED, PASS));

            assertThat(expected).isNotCloseTo(0, within(1e-3));
            assertGradient(words, torch.gradient(words), 2, expected);
        }
    }

    @Test
    void backward_accumulated_isTheSumOfScaledGradients() {
        TinyNetwork tiny = TinyNetwork.bert(new Head.SequenceClassification(4));
        Inputs one = RandomBatch.of(tiny.network().config(), COLUMNS, 2, LENGTHS);
        Inputs other = RandomBatch.of(tiny.network().config(), 4, 3, 4, 1);
        Targets ofOne = new Targets.Ids(new int[] {0, 1, 2}, 0);
        Targets ofOther = new Targets.Ids(new int[] {3, 0}, 0);
        TrainingSetup setup =
                setup(Loss.CrossEntropy.plain(), TinyNetwork.dropout(true), Extent.HEAD_ONLY, tiny.names());

        try (TorchNetwork torch = tiny.forTraining(1, setup)) {
            torch.backward(one, ofOne, 1, false, SEED, 1);
            float[] first = torch.gradient("classifier.weight");
            torch.backward(other, ofOther, 1, false, SEED, 2);
            float[] second = torch.gradient("classifier.weight");
            torch.backward(one, ofOne, 0.25, false, SEED, 1);
            double loss = torch.backward(other, ofOther, 0.75, true, SEED, 2);
            float[] sum = torch.gradient("classifier.weight");

            assertThat(loss).isEqualTo(torch.backward(other, ofOther, 1, false, SEED, 2)); // not multiplied
            for (int i = 0; i < sum.length; i++) {
                assertThat(sum[i]).isCloseTo(0.25f * first[i] + 0.75f * second[i], within(1e-6f));
            }
        }
    }

    /** fp32 against doubles: 1e-5 of the tensor's largest gradient, which the sums behind each element run through. */
    private static void assertGradient(String name, float[] gradient, int element, double expected) {
        double largest = 0;
        for (float value : gradient) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat((double) gradient[element]).as(name).isCloseTo(expected, within(1e-5 * largest + 2e-7));
    }

    private static double difference(double[] weight, int element, DoubleSupplier loss) {
        double before = weight[element];
        weight[element] = before + STEP;
        double above = loss.getAsDouble();
        weight[element] = before - STEP;
        double below = loss.getAsDouble();
        weight[element] = before;
        return (above - below) / (2 * STEP);
    }

    /** The reference looks the pad row up like any other; the engine never trains it, as a test of its own says. */
    private static int elementOutsidePadRow(String name, int size, ModelConfig config, SplittableRandom random) {
        if (!name.endsWith("word_embeddings.weight") && !name.endsWith("position_embeddings.weight")) {
            return random.nextInt(size);
        }
        int element = random.nextInt(size);
        while (element / config.hiddenSize() == config.padTokenId()) {
            element = random.nextInt(size);
        }
        return element;
    }

    private static TrainingSetup setup(Loss loss, DropoutRates dropout, Extent extent, List<String> names) {
        return new TrainingSetup(
                loss,
                dropout,
                Precision.FP32,
                extent,
                List.of(new ParameterGroup(names, 1, 0)),
                0.9,
                0.999,
                1e-8,
                OptionalDouble.empty());
    }
}
