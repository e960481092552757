package ai.graft.finetune.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Slopes on the way from one word to another, of every architecture, against central differences of the reference
 * interpreter, in whose table the words' rows are moved along the same way.
 */
class SlopesContractTest {
    private static final double STEP = 1e-5;
    private static final int LABEL = 2;
    private static final int MASK = 3;
    private static final int[] IDS = {4, 5, 6, 7};
    private static final int[] START = {4, MASK, MASK, 7};

    static Stream<TinyNetwork> classifiers() {
        return TinyNetwork.below(new Head.SequenceClassification(4));
    }

    private static Inputs row() {
        return new Inputs(1, IDS.length, IDS, new int[] {1, 1, 1, 1}, new int[IDS.length]);
    }

    /** The reference with the rows of the words where they are at a place, one of them a little further. */
    private static double[] logits(TinyNetwork tiny, double place, int token, double further) {
        Reference reference = new Reference(tiny, 1);
        String name = tiny.names().stream()
                .filter(n -> n.endsWith("word_embeddings.weight"))
                .findFirst()
                .orElseThrow();
        double[] table = reference.weight(name);
        int hidden = tiny.network().config().hiddenSize();
        for (int i = 0; i < IDS.length; i++) {
            double at = i == token ? place + further : place;
            for (int h = 0; h < hidden; h++) {
                double from = table[START[i] * hidden + h];
                table[IDS[i] * hidden + h] = from + at * (table[IDS[i] * hidden + h] - from);
            }
        }
        double[][] everything = reference.everything(row());
        return everything[everything.length - 1];
    }

    @ParameterizedTest
    @MethodSource("classifiers")
    void slopes_everyToken_areTheDifferencesOfTheReference(TinyNetwork tiny) {
        double[] places = {0, 0.3, 1};
        try (TorchNetwork torch = tiny.forPrediction(1, Precision.FP32)) {
            TorchNetwork.Slopes found = torch.slopes(row(), START, places, LABEL);

            for (int place = 0; place < places.length; place++) {
                double[] expected = logits(tiny, places[place], -1, 0);
                for (int label = 0; label < 4; label++) {
                    assertThat((double) found.logits()[place * 4 + label]).isCloseTo(expected[label], within(1e-5));
                }
                for (int token = 0; token < IDS.length; token++) {
                    double above = logits(tiny, places[place], token, STEP)[LABEL];
                    double below = logits(tiny, places[place], token, -STEP)[LABEL];
                    assertThat((double) found.slopes()[place * IDS.length + token])
                            .as("place %s, token %d", places[place], token)
                            .isCloseTo((above - below) / (2 * STEP), within(1e-5));
                }
            }
            assertThat(found.slopes()[0]).as("a word that stays").isZero();
            assertThat(found.slopes()[1]).isNotZero();
        }
    }

    @Test
    void slopes_afterwards_predictionIsAsBefore() {
        TinyNetwork tiny = TinyNetwork.bert(new Head.SequenceClassification(4));
        try (TorchNetwork torch = tiny.forPrediction(1, Precision.FP32)) {
            float[] before = torch.logits(row());
            torch.slopes(row(), START, new double[] {0.5}, 0);

            assertThat(torch.logits(row())).isEqualTo(before);
        }
    }

    @Test
    void slopes_noClassifierOrOtherLength_refused() {
        try (TorchNetwork spans = TinyNetwork.bert(new Head.QuestionAnswering()).forPrediction(1, Precision.FP32);
                TorchNetwork classes =
                        TinyNetwork.bert(new Head.SequenceClassification(4)).forPrediction(1, Precision.FP32)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spans.slopes(row(), START, new double[] {0}, 0))
                    .withMessageContaining("slopes need a classifier");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classes.slopes(row(), new int[] {1}, new double[] {0}, 0))
                    .withMessageContaining("1 texts of 4 tokens and a start of 1");
        }
    }
}
