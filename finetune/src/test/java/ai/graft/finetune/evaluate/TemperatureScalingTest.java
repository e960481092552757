package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TemperatureScalingTest {
    /** Two labels a gap of logits apart, the higher one right in some of the rows. */
    private static double fit(int rows, int right, float gap) {
        float[][] logits = new float[rows][];
        int[] gold = new int[rows];
        for (int row = 0; row < rows; row++) {
            logits[row] = new float[] {0, gap};
            gold[row] = row < right ? 1 : 0;
        }
        return TemperatureScaling.fit(logits, gold);
    }

    /** The likelihood is greatest where the sigmoid of gap / T is the share q that is right: T = gap / log(q / (1 − q)). */
    @Test
    void fit_oneGap_makesTheProbabilityTheShareThatIsRight() {
        assertThat(fit(80, 60, 4)).isCloseTo(4 / Math.log(3), within(1e-9)); // too sure
        assertThat(fit(100, 90, 1)).isCloseTo(1 / Math.log(9), within(1e-9)); // not sure enough
        assertThat(fit(50, 40, 20)).isCloseTo(20 / Math.log(4), within(1e-8)); // far from where the search begins
    }

    /** Two rows of three are right and the third label is out of the question: exp(2 / T) = 2. */
    @Test
    void fit_threeLabels_givesTheOddsThatCameTrue() {
        float[][] logits = new float[60][];
        int[] gold = new int[60];
        for (int row = 0; row < 60; row++) {
            logits[row] = new float[] {2, 0, -500};
            gold[row] = row % 3 == 0 ? 1 : 0;
        }

        assertThat(TemperatureScaling.fit(logits, gold)).isCloseTo(2 / Math.log(2), within(1e-6));
    }

    @Test
    void fit_noFiniteMinimum_leavesProbabilitiesAlone() {
        assertThat(fit(60, 60, 4)).isEqualTo(1); // all right: the surer the better
        assertThat(fit(60, 20, 4)).isEqualTo(1); // right less often than by chance: the less sure the better
    }

    @Test
    void fit_fewExamples_leavesProbabilitiesAlone() {
        assertThat(fit(49, 30, 4)).isEqualTo(1);
        assertThat(fit(50, 30, 4)).isNotEqualTo(1);
    }

    @Test
    void fit_alreadyBest_staysOne() {
        assertThat(fit(80, 60, (float) Math.log(3))).isCloseTo(1, within(1e-6));
    }

    @Test
    void fit_otherNumberOfLabels_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TemperatureScaling.fit(new float[3][2], new int[60]))
                .withMessageContaining("60 gold answers but 3 predictions");
    }
}
