package ai.graft.model.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.model.task.Loss;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Logits are logarithms of small numbers, so that every probability is a fraction. */
class ReferenceLossTest {
    private static final double LN3 = Math.log(3);

    /** Probabilities (1/4, 3/4) and (1/2, 1/2). */
    private static final DoubleTensor TWO_ROWS = new DoubleTensor(new int[] {2, 2}, new double[] {0, LN3, 0, 0});

    @Test
    void crossEntropy_plain_isTheMeanOverRows() {
        assertLoss(Loss.CrossEntropy.plain(), TWO_ROWS, (Math.log(4) + Math.log(2)) / 2, 0, 1);
    }

    @Test
    void crossEntropy_ignoredRow_countsNowhere() {
        assertLoss(Loss.CrossEntropy.plain(), TWO_ROWS, Math.log(4), 0, Loss.IGNORED);
    }

    @Test
    void crossEntropy_weights_divideByTheirSum() {
        double expected = (5 * Math.log(4) + 2 * Math.log(2)) / 7;

        assertLoss(new Loss.CrossEntropy(List.of(5.0, 2.0), 0), TWO_ROWS, expected, 0, 1);
    }

    /** Of the first row: 0.8·5·ln 4 + 0.2/2·(5·ln 4 + 2·ln(4/3)), as torch spreads smoothing with weights. */
    @Test
    void crossEntropy_weightsAndSmoothing_spreadWithEachClassesWeight() {
        double first = 0.8 * 5 * Math.log(4) + 0.1 * (5 * Math.log(4) + 2 * Math.log(4.0 / 3));
        double second = 0.8 * 2 * Math.log(2) + 0.1 * (5 + 2) * Math.log(2);

        assertLoss(new Loss.CrossEntropy(List.of(5.0, 2.0), 0.2), TWO_ROWS, (first + second) / 7, 0, 1);
    }

    /** Sigmoids 1/2 and 3/4; only the positive cell takes its weight. */
    @Test
    void binaryCrossEntropy_positiveWeights_weighPositiveCells() {
        DoubleTensor logits = new DoubleTensor(new int[] {1, 2}, new double[] {0, LN3});

        assertLoss(
                new Loss.BinaryCrossEntropy(List.of(7.0, 3.0)),
                logits,
                (Math.log(2) + 3 * Math.log(4.0 / 3)) / 2,
                0,
                1);
        assertLoss(new Loss.BinaryCrossEntropy(List.of()), logits, (Math.log(2) + Math.log(4)) / 2, 1, 0);
    }

    /** (1 − 1/4)² · ln 4 and (1 − 1/2)² · ln 2, equation 4 of arXiv 1708.02002. */
    @Test
    void focal_gammaTwo_countsWhatIsRightLess() {
        double first = 9.0 / 16 * Math.log(4);
        double second = 1.0 / 4 * Math.log(2);

        assertLoss(new Loss.Focal(List.of(), 2), TWO_ROWS, (first + second) / 2, 0, 1);
        assertLoss(new Loss.Focal(List.of(5.0, 2.0), 2), TWO_ROWS, (5 * first + 2 * second) / 7, 0, 1);
        assertLoss(new Loss.Focal(List.of(), 0), TWO_ROWS, (Math.log(4) + Math.log(2)) / 2, 0, 1);
    }

    /** Of a negative cell p is the probability of no label: 1/2 and 1/4 here. */
    @Test
    void binaryFocal_gammaTwo_countsCellsThatAreRightLess() {
        DoubleTensor logits = new DoubleTensor(new int[] {1, 2}, new double[] {0, LN3});
        double half = 1.0 / 4 * Math.log(2);

        assertLoss(new Loss.BinaryFocal(List.of(), 2), logits, (half + 9.0 / 16 * Math.log(4)) / 2, 1, 0);
        assertLoss(new Loss.BinaryFocal(List.of(7.0, 3.0), 2), logits, (half + 3.0 / 16 * Math.log(4.0 / 3)) / 2, 0, 1);
    }

    /**
     * T 2. Student (1/4, 3/4) halves its logits to (1, √3)/(1 + √3); a teacher of logits (0, 0) is (1/2, 1/2), so that KL is
     * ½ · ln((1 + √3)² / (4 · √3)). The second row is the teacher's own answer: it costs nothing but its label, ln 2.
     */
    @Test
    void distillation_rowsWithAndWithoutLabel_areWeighedByAlpha() {
        double root = Math.sqrt(3);
        double taught = 4 * Math.log((1 + root) * (1 + root) / (4 * root)) / 2;
        Loss loss = new Loss.Distillation(2, 0.75);

        assertLoss(loss, TWO_ROWS, taught / 2, 0, 0, 0, 0, 0, 0, 0, 0);
        assertLoss(loss, TWO_ROWS, (0.75 * taught + 0.25 * Math.log(4)) / 2, 0, 0, 1, 0, 5, 5, 0, 0);
        assertLoss(loss, TWO_ROWS, (taught + 0.25 * Math.log(2)) / 2, 0, 0, 0, 0, 5, 5, 0, 1);
    }

    @Test
    void meanSquared_twoOutputs_isOverAllCells() {
        assertLoss(
                new Loss.MeanSquared(), new DoubleTensor(new int[] {1, 2}, new double[] {1, 5}), (4 + 9) / 2.0, 3, 2);
    }

    /** Starts (1/4, 3/4), ends (1/2, 1/2); the end of the second row lies beyond the last column. */
    @Test
    void span_positionBeyondTheLastColumn_isLeftOut() {
        DoubleTensor logits = new DoubleTensor(new int[] {2, 2, 2}, new double[] {0, 0, LN3, 0, 0, 0, LN3, 0});
        double starts = (Math.log(4) + Math.log(4.0 / 3)) / 2;

        assertLoss(new Loss.Span(), logits, (starts + Math.log(2)) / 2, 0, 1, 1, 2);
    }

    /** (1, 0) and (2, 0) are alike in all, (0, 3) and (1, 1) by the cosine of 45 degrees, 0.5 squared between (1, 1) and the first two. */
    @Test
    void pairCosine_twoClasses_weighsPairsAlikeAndOthersEvenly() {
        DoubleTensor vectors = new DoubleTensor(new int[] {4, 2}, new double[] {1, 0, 2, 0, 0, 3, 1, 1});
        double alike = Math.pow(1 - Math.sqrt(0.5), 2) / 2;

        assertLoss(new Loss.PairCosine(), vectors, (alike + (0.5 + 0.5) / 4) / 2, 0, 0, 1, 1);
    }

    @Test
    void pairCosine_oneClass_hasNoOtherHalf() {
        DoubleTensor vectors = new DoubleTensor(new int[] {2, 2}, new double[] {1, 0, 1, 1});

        assertLoss(new Loss.PairCosine(), vectors, Math.pow(1 - Math.sqrt(0.5), 2) / 2, 1, 1);
    }

    private static void assertLoss(Loss loss, DoubleTensor logits, double expected, double... targets) {
        assertThat(ReferenceLoss.of(loss, logits, targets)).isCloseTo(expected, within(1e-14));
    }
}
