package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Expected values are scikit-learn 1.9.1's:
 *
 * <pre>{@code
 * g = np.array([[1,0,1],[0,1,0],[0,0,0],[1,1,0],[0,0,1]])
 * q = np.array([[.9,.2,.4],[.1,.5,.3],[.2,.6,.1],[.8,.75,.05],[.3,.4,0]], dtype=np.float32).astype(float)
 * t = (q >= .5).astype(int)
 * for a in 'macro micro weighted'.split(): print(precision_recall_fscore_support(g, t, average=a, zero_division=0))
 * print(accuracy_score(g, t), hamming_loss(g, t))
 * print(roc_auc_score(g, q), average_precision_score(g, q))
 * t, u = calibration_curve(g.ravel(), q.ravel(), n_bins=15) # mean of |t - u|, weighted by the bins' sizes: 0.2666...
 * eps = np.finfo(float).eps; print(-np.log(np.clip(np.where(g == 1, q, 1 - q), eps, 1 - eps)).mean())
 * }</pre>
 */
class MultiLabelEvaluationTest {
    private static final double ROUNDING = 1e-12; // double sums in another order
    private static final List<String> LABELS = List.of("sport", "money", "law");
    private static final boolean[][] GOLD = {
        {true, false, true}, {false, true, false}, {false, false, false}, {true, true, false}, {false, false, true}
    };
    private static final float[][] PROBABILITIES = {
        {.9f, .2f, .4f}, {.1f, .5f, .3f}, {.2f, .6f, .1f}, {.8f, .75f, .05f}, {.3f, .4f, 0}
    };

    private static MultiLabelEvaluation threeLabels() {
        return MultiLabelEvaluation.of(LABELS, GOLD, PROBABILITIES, 0.5);
    }

    @Test
    void metric_threeLabels_equalsScikitLearn() {
        MultiLabelEvaluation evaluation = threeLabels();

        assertThat(evaluation.metric("micro_f1")).isCloseTo(0.7272727272727273, within(ROUNDING));
        assertThat(evaluation.metric("macro_f1")).isCloseTo(0.6, within(ROUNDING));
        assertThat(evaluation.metric("weighted_f1")).isCloseTo(0.6, within(ROUNDING));
        assertThat(evaluation.metric("micro_precision")).isCloseTo(0.8, within(ROUNDING));
        assertThat(evaluation.metric("micro_recall")).isCloseTo(0.6666666666666666, within(ROUNDING));
        assertThat(evaluation.metric("macro_precision")).isCloseTo(0.5555555555555555, within(ROUNDING));
        assertThat(evaluation.metric("macro_recall")).isCloseTo(0.6666666666666666, within(ROUNDING));
        assertThat(evaluation.metric("subset_accuracy")).isCloseTo(0.4, within(ROUNDING));
        assertThat(evaluation.metric("hamming_loss")).isCloseTo(0.2, within(ROUNDING));
        assertThat(evaluation.metric("loss")).isCloseTo(2.7412030149771804, within(ROUNDING));
        assertThat(evaluation.metric("roc_auc")).isCloseTo(0.7777777777777778, within(ROUNDING));
        assertThat(evaluation.metric("average_precision")).isCloseTo(0.8444444444444444, within(ROUNDING));
        assertThat(evaluation.metric("ece")).isCloseTo(0.26666667039195696, within(ROUNDING));
    }

    @Test
    void perClass_labelNeverPredicted_hasPrecisionZero() {
        assertThat(threeLabels().perClass().get(2)).isEqualTo(new ClassScore("law", 0, 0, 0, 2));
    }

    @Test
    void threshold_lowered_predictsMore() {
        MultiLabelEvaluation evaluation = MultiLabelEvaluation.of(LABELS, GOLD, PROBABILITIES, 0.39);

        assertThat(evaluation.perClass().get(2)).isEqualTo(new ClassScore("law", 1, 0.5, 2.0 / 3, 2));
    }

    @Test
    void everyMetric_noLabelAnywhere_isFiniteWithFiniteInterval() {
        MultiLabelEvaluation evaluation =
                MultiLabelEvaluation.of(LABELS, new boolean[2][3], new float[][] {{0, 0, 0}, {0, 0, 0}}, 0.5);

        assertThat(evaluation.metric("subset_accuracy")).isEqualTo(1);
        assertThat(evaluation.metric("micro_f1")).isZero();
        assertThat(evaluation.metricNames()).allSatisfy(name -> {
            assertThat(evaluation.metric(name)).isFinite();
            assertThat(evaluation.interval(name)).isNotNull(); // an Interval refuses NaN
        });
    }

    @Test
    void interval_everyMetric_holdsTheMetric() {
        MultiLabelEvaluation evaluation = threeLabels();

        assertThat(evaluation.metricNames())
                .allSatisfy(name -> assertThat(evaluation.interval(name).contains(evaluation.metric(name)))
                        .as(name)
                        .isTrue());
    }

    @Test
    void interval_subsetAccuracy_isWilsons() {
        // scipy.stats.binomtest(2, 5).proportion_ci(method='wilson')
        assertThat(threeLabels().interval("subset_accuracy").low()).isCloseTo(0.1176208, within(1e-6));
        assertThat(threeLabels().interval("subset_accuracy").high()).isCloseTo(0.7692757, within(1e-6));
    }

    @Test
    void thresholds_byLabel_decideEachLabelOnItsOwn() {
        MultiLabelEvaluation evaluation = MultiLabelEvaluation.of(LABELS, GOLD, PROBABILITIES, List.of(0.85, 0.5, 0.4));

        assertThat(evaluation.perClass().get(0)).isEqualTo(new ClassScore("sport", 1, 0.5, 2.0 / 3, 2));
        assertThat(evaluation.perClass().get(1))
                .isEqualTo(threeLabels().perClass().get(1));
        assertThat(evaluation.perClass().get(2).recall()).isEqualTo(0.5);
        assertThat(evaluation.toJson().has("threshold")).isFalse();
        assertThat(evaluation.toJson().get("thresholds")).hasToString("[0.85,0.5,0.4]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiLabelEvaluation.of(LABELS, GOLD, PROBABILITIES, List.of(0.5)))
                .withMessageStartingWith("1 thresholds for the 3 labels");
    }

    @Test
    void mistakes_surestWrongLabelFirst() {
        // Example 4 has law at 0; example 2 is given money at .6f, a hair above 1 - .4f of example 0, which has law.
        assertThat(threeLabels().mistakes(9))
                .extracting(Mistake::example, Mistake::gold, Mistake::predicted)
                .containsExactly(tuple(4, "law", ""), tuple(2, "", "money"), tuple(0, "sport, law", "sport"));
    }

    @Test
    void of_wrongInput_saysWhereAndHowToMend() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiLabelEvaluation.of(LABELS, GOLD, PROBABILITIES, 1.5))
                .withMessage("the threshold is 1.5, expected 0 to 1. Try 0.5.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiLabelEvaluation.of(LABELS, new boolean[1][2], new float[1][3], 0.5))
                .withMessage("example 0: 2 gold values, expected 3.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiLabelEvaluation.of(LABELS, new boolean[1][3], new float[][] {{0, 3, 0}}, 0.5))
                .withMessageContaining("example 0, label 1: 3.0 is no probability in [0, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> threeLabels().metric("accuracy"))
                .withMessageContaining("no metric 'accuracy' here. Choose one of: micro_f1, macro_f1");
    }

    @Test
    void toJson_threeLabels_readsBack() throws Exception {
        JsonNode json = new ObjectMapper().readTree(threeLabels().toJson().toString());

        assertThat(json.get("examples").intValue()).isEqualTo(5);
        assertThat(json.get("subset_accuracy").doubleValue()).isEqualTo(0.4);
        assertThat(json.get("threshold").doubleValue()).isEqualTo(0.5);
        assertThat(json.get("per_class")).hasSize(3);
        assertThat(json.get("micro_f1_interval")).hasSize(2);
    }

    @Test
    void table_threeLabels_readsAsWritten() {
        assertThat(threeLabels().table()).startsWith("""
                        label                                    precision    recall        f1   support
                        sport                                       1.0000    1.0000    1.0000         2
                        money                                       0.6667    1.0000    0.8000         2
                        law                                         0.0000    0.0000    0.0000         2

                        micro average                               0.8000    0.6667    0.7273         6
                        macro average                               0.5556    0.6667    0.6000         6

                        micro f1         0.7273   95 % interval""").endsWith("""
                        subset accuracy  0.4000   95 % interval 0.1176 to 0.7693, 5 examples
                        hamming loss     0.2000
                        roc auc          0.7778
                        loss             2.7412
                        ece              0.2667
                        """);
    }
}
