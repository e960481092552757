package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class F1ThresholdsTest {
    private static double best(float[] scores, boolean... has) {
        return F1Thresholds.best(scores, has);
    }

    @Test
    void best_lowScores_liesHalfWayBelowTheLastWorthGiving() {
        // Cuts give F1 of 2/3 (.3), 1 (.3, .2), 4/5 (.3, .2, .1); at 0.5 nothing is given.
        assertThat(best(new float[] {.3f, .1f, .2f}, true, false, true)).isCloseTo(0.15, within(1e-7));
    }

    @Test
    void best_oneHalfDividesThem_staysOneHalf() {
        assertThat(best(new float[] {.9f, .2f, .6f}, true, false, true)).isEqualTo(0.5);
    }

    @Test
    void best_equalScores_areNotDivided() {
        // .3 twice: given together, F1 2/3; never one without the other, which would be 1.
        assertThat(best(new float[] {.3f, .3f, .1f}, true, false, false)).isCloseTo(0.2, within(1e-7));
    }

    @Test
    void best_noExampleHasTheLabel_isOneHalf() {
        assertThat(best(new float[] {.9f, .8f}, false, false)).isEqualTo(0.5);
    }

    @Test
    void best_highWrongScore_liesAbove() {
        // .7 has not: cuts give 1 of .95, or 2/3 with .7.
        assertThat(best(new float[] {.95f, .7f}, true, false)).isCloseTo(0.825, within(1e-7));
    }

    /** {@code max(f1_score(g[:,k], q[:,k] >= t) for t in np.linspace(0, 1, 2001))} is 1, 0.8 and 2/3. */
    @Test
    void withBestThresholds_threeLabels_haveTheBestF1ThatAGridFinds() {
        boolean[][] gold = {
            {true, false, true}, {false, true, false}, {false, false, false}, {true, true, false}, {false, false, true}
        };
        float[][] probabilities = {{.9f, .2f, .4f}, {.1f, .5f, .3f}, {.2f, .6f, .1f}, {.8f, .75f, .05f}, {.3f, .4f, 0}};
        MultiLabelEvaluation half = MultiLabelEvaluation.of(List.of("sport", "money", "law"), gold, probabilities, 0.5);

        MultiLabelEvaluation best = half.withBestThresholds();

        assertThat(best.perClass()).extracting(ClassScore::f1).containsExactly(1.0, 0.8, 2.0 / 3);
        assertThat(best.thresholds().subList(0, 2)).containsExactly(0.5, 0.5);
        assertThat(best.thresholds().get(2)).isCloseTo(0.35, within(1e-7));
        assertThat(best.metric("macro_f1")).isGreaterThan(half.metric("macro_f1"));
        assertThat(best.metric("roc_auc")).isEqualTo(half.metric("roc_auc"));
    }
}
