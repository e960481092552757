package ai.graft.finetune.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Worked by hand. */
class ConfidentLearningTest {
    private static final double[][] PROBABILITIES = {
        {0.9, 0.1}, {0.7, 0.3}, {0.2, 0.8}, {0.1, 0.9}, {0.4, 0.6}, {0.75, 0.25}, {0.45, 0.55}
    };
    private static final int[] LABELS = {0, 0, 0, 1, 1, 1, 1};

    private final ConfidentLearning found = new ConfidentLearning(PROBABILITIES, LABELS);

    @Test
    void threshold_isTheMeanProbabilityOfALabelsOwnRows() {
        assertThat(found.threshold(0)).isCloseTo(1.8 / 3, within(1e-12));
        assertThat(found.threshold(1)).isCloseTo(2.3 / 4, within(1e-12));
    }

    /** The last row reaches neither 0.6 nor 0.575, and is counted nowhere. */
    @Test
    void joint_countsRowsByGivenAndConfidentLabel() {
        assertThat(found.joint(0, 0)).isEqualTo(2);
        assertThat(found.joint(0, 1)).isEqualTo(1);
        assertThat(found.joint(1, 0)).isEqualTo(1);
        assertThat(found.joint(1, 1)).isEqualTo(2);
    }

    /** A third of 3 rows and a third of 4, of 7. */
    @Test
    void noise_scalesTheJointToTheCountsOfTheLabels() {
        assertThat(found.noise()).isCloseTo(1.0 / 3, within(1e-12));
    }

    @Test
    void suspects_areThoseOffTheDiagonal_theWorstFirst() {
        assertThat(found.suspects()).containsExactly(2, 5);
        assertThat(found.suspicion(2)).isCloseTo(0.6, within(1e-12));
        assertThat(found.suspicion(5)).isCloseTo(0.5, within(1e-12));
        assertThat(found.suggestion(2)).isEqualTo(1);
        assertThat(found.ranked()).containsExactly(2, 5, 6, 4, 1, 0, 3);
    }

    /** Both labels are above their thresholds in the first row: the more probable one counts. */
    @Test
    void joint_rowAboveTwoThresholds_countsAsTheMoreProbable() {
        double[][] probabilities = {{0.5, 0.45, 0.05}, {0.2, 0.4, 0.4}, {0.3, 0.3, 0.4}};
        ConfidentLearning three = new ConfidentLearning(probabilities, new int[] {0, 1, 2});
        assertThat(three.joint(0, 0)).isEqualTo(1);
        assertThat(three.joint(0, 1)).isZero();
        assertThat(three.suspects()).isEmpty();
        assertThat(three.noise()).isZero();
    }
}
