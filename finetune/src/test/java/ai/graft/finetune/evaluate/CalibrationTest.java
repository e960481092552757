package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Expected values are made of scikit-learn 1.9.1's reliability curve:
 *
 * <pre>{@code
 * def ece(c, right):
 *   t, q = calibration_curve(right, c, n_bins=15, strategy='uniform')
 *   n = np.bincount(np.searchsorted(np.linspace(0, 1, 16)[1:-1], c), minlength=15); n = n[n > 0]
 *   return (n * abs(t - q)).sum() / n.sum()
 * }</pre>
 */
class CalibrationTest {
    private static final Offset<Double> ROUNDING = within(1e-7); // probabilities are floats

    @Test
    void ece_tenExamples_equalsScikitLearn() {
        // ece(p.max(1), p.argmax(1) == gold) with the data of SingleLabelEvaluationTest
        int[] gold = {0, 0, 0, 1, 1, 2, 2, 2, 2, 0};
        float[][] probabilities = {
            {.7f, .2f, .1f}, {.1f, .6f, .3f}, {.5f, .25f, .25f}, {.2f, .7f, .1f}, {.4f, .35f, .25f},
            {.1f, .1f, .8f}, {.3f, .3f, .4f}, {.25f, .5f, .25f}, {0, 0, 1}, {1, 0, 0}
        };

        SingleLabelEvaluation evaluation =
                SingleLabelEvaluation.of(List.of("bad", "fair", "good"), gold, probabilities);

        assertThat(evaluation.metric("ece")).isCloseTo(0.1600000023841858, ROUNDING);
        assertThat(evaluation.calibration().orElseThrow().error()).isEqualTo(evaluation.metric("ece"));
    }

    @Test
    void calibration_binsByHand_holdTheirMeans() {
        // .95 right, .97 wrong: bin (14/15, 1], mean .96, half right. .6 right: bin (8/15, 9/15], 1 right.
        SingleLabelEvaluation evaluation = SingleLabelEvaluation.of(
                List.of("no", "yes"), new int[] {1, 0, 1}, new float[][] {{.05f, .95f}, {.03f, .97f}, {.4f, .6f}});

        List<Calibration.Bin> bins = evaluation.calibration().orElseThrow().bins();

        assertThat(bins).hasSize(2);
        assertThat(bins.get(0).predictions()).isEqualTo(1);
        assertThat(bins.get(0).share()).isEqualTo(1);
        assertThat(bins.get(1).from()).isCloseTo(14 / 15.0, ROUNDING);
        assertThat(bins.get(1).to()).isCloseTo(1, ROUNDING);
        assertThat(bins.get(1).predictions()).isEqualTo(2);
        assertThat(bins.get(1).probability()).isCloseTo(0.96, ROUNDING);
        assertThat(bins.get(1).share()).isEqualTo(0.5);
        // (1 · |1 − .6| + 2 · |.5 − .96|) / 3
        assertThat(evaluation.metric("ece")).isCloseTo((0.4 + 0.92) / 3, ROUNDING);
    }

    @Test
    void calibration_edges_belongToTheBinBelow() {
        Calibration.Counter counter = new Calibration.Counter();
        counter.add(0, false);
        counter.add(1 / 15.0, false);
        counter.add(0.2, true); // 3/15: the third bin
        counter.add(1, true);

        assertThat(counter.calibration().bins())
                .extracting(Calibration.Bin::predictions)
                .containsExactly(2, 1, 1);
    }

    /** Before: .9 and .9 with one right, |.5 − .9| = .4. After a temperature: .75 and .75, |.5 − .75| = .25. */
    @Test
    void ece_temperature_isToldBeforeAndAfter() {
        float[][] before = {{.1f, .9f}, {.1f, .9f}};
        float[][] after = {{.25f, .75f}, {.25f, .75f}};

        SingleLabelEvaluation evaluation =
                SingleLabelEvaluation.of(List.of("no", "yes"), new int[] {1, 0}, after, 2, before);

        assertThat(evaluation.metric("ece")).isCloseTo(0.25, ROUNDING);
        assertThat(evaluation.metric("ece_uncalibrated")).isCloseTo(0.4, ROUNDING);
        assertThat(evaluation.temperature()).isEqualTo(2);
        assertThat(evaluation.toJson().get("temperature").doubleValue()).isEqualTo(2);
        assertThat(evaluation.table()).contains("ece uncalibrated 0.4000", "temperature      2.0000");
        assertThat(Evaluation.higherIsBetter("ece_uncalibrated")).isFalse();
    }

    @Test
    void calibration_withoutProbabilities_isAbsent() {
        SingleLabelEvaluation evaluation =
                SingleLabelEvaluation.of(List.of("no", "yes"), new int[] {0, 1}, new int[] {0, 1});

        assertThat(evaluation.calibration()).isEmpty();
        assertThat(evaluation.metricNames()).doesNotContain("ece", "roc_auc", "average_precision");
    }
}
