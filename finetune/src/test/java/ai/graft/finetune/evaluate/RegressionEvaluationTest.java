package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/**
 * Expected values are scikit-learn 1.9.1's and scipy 1.17.1's:
 *
 * <pre>{@code
 * from scipy.stats import pearsonr, spearmanr
 * y = np.array([0,1,2.5,2.5,4,5]); z = np.array([.5,.5,2,3.5,3,6])
 * print(pearsonr(y, z)[0], spearmanr(y, z)[0], mean_squared_error(y, z), root_mean_squared_error(y, z),
 *       mean_absolute_error(y, z), r2_score(y, z))
 * Y = np.stack([y, y[::-1]], 1); Z = np.stack([z, z * 0 + 2.5], 1)
 * print(mean_squared_error(Y, Z), mean_absolute_error(Y, Z), r2_score(Y, Z))
 * }</pre>
 */
class RegressionEvaluationTest {
    private static final double ROUNDING = 1e-12; // double sums in another order
    private static final float[] GOLD = {0, 1, 2.5f, 2.5f, 4, 5};
    private static final float[] PREDICTED = {.5f, .5f, 2, 3.5f, 3, 6};

    @Test
    void metric_oneOutputWithTies_equalsScikitLearn() {
        RegressionEvaluation evaluation = RegressionEvaluation.of(GOLD, PREDICTED);

        assertThat(evaluation.metric("pearson")).isCloseTo(0.910962180547919, within(ROUNDING));
        assertThat(evaluation.metric("spearman")).isCloseTo(0.8823529411764706, within(ROUNDING));
        assertThat(evaluation.metric("mse")).isCloseTo(0.625, within(ROUNDING));
        assertThat(evaluation.metric("loss")).isCloseTo(0.625, within(ROUNDING));
        assertThat(evaluation.metric("rmse")).isCloseTo(0.7905694150420949, within(ROUNDING));
        assertThat(evaluation.metric("mae")).isCloseTo(0.75, within(ROUNDING));
        assertThat(evaluation.metric("r2")).isCloseTo(0.7794117647058824, within(ROUNDING));
    }

    @Test
    void metric_twoOutputs_isTheMeanByOutput() throws Exception {
        RegressionEvaluation evaluation = twoOutputs();

        assertThat(evaluation.outputs()).isEqualTo(2);
        assertThat(evaluation.metric("mse")).isCloseTo(1.7291666666666667, within(ROUNDING));
        assertThat(evaluation.metric("mae")).isCloseTo(1.0416666666666665, within(ROUNDING));
        assertThat(evaluation.metric("r2")).isCloseTo(0.3897058823529412, within(ROUNDING));
        assertThat(evaluation.metric("pearson")).isCloseTo(0.910962180547919 / 2, within(ROUNDING)); // constant: 0
        JsonNode json = new ObjectMapper().readTree(evaluation.toJson().toString());
        assertThat(json.get("per_output")).hasSize(2);
        assertThat(json.get("per_output").get(1).get("pearson").doubleValue()).isZero();
    }

    @Test
    void correlation_constantPredictions_isZero() {
        float[] constant = {.1f, .1f, .1f, .1f, .1f, .1f}; // its rounded mean differs from it
        RegressionEvaluation evaluation = RegressionEvaluation.of(GOLD, constant);

        assertThat(evaluation.metric("pearson")).isZero();
        assertThat(evaluation.metric("spearman")).isZero();
    }

    @Test
    void r2_constantGold_isOneOnlyIfExact() {
        float[] constant = {3, 3};

        assertThat(RegressionEvaluation.of(constant, constant).metric("r2")).isEqualTo(1);
        assertThat(RegressionEvaluation.of(constant, new float[] {3, 4}).metric("r2"))
                .isZero();
    }

    @Test
    void everyMetric_fewExamples_hasFiniteInterval() {
        RegressionEvaluation evaluation = RegressionEvaluation.of(new float[] {1, 2}, new float[] {2, 2.5f});

        assertThat(evaluation.metricNames()).allSatisfy(name -> {
            assertThat(evaluation.metric(name)).isFinite();
            assertThat(evaluation.interval(name)).isNotNull(); // an Interval refuses NaN
        });
    }

    @Test
    void of_wrongInput_saysWhereAndHowToMend() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegressionEvaluation.of(new float[] {1, 2}, new float[] {1, Float.NaN}))
                .withMessageContaining("example 1: the predicted value is NaN, expected a finite number.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegressionEvaluation.of(new double[][] {{1, 2}}, new double[][] {{1}}))
                .withMessage("example 0: 1 predicted values, expected 2.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegressionEvaluation.of(new float[0], new float[0]))
                .withMessageContaining("there are no examples");
    }

    @Test
    void table_oneOutput_givesEveryMetricItsInterval() {
        String table = RegressionEvaluation.of(GOLD, PREDICTED).table();

        assertThat(table.lines()).hasSize(6).allSatisfy(line -> assertThat(line).contains("95 % interval"));
        assertThat(table).startsWith("pearson          0.9110   95 % interval ");
    }

    private static RegressionEvaluation twoOutputs() {
        double[][] gold = new double[GOLD.length][];
        double[][] predicted = new double[GOLD.length][];
        for (int i = 0; i < GOLD.length; i++) {
            gold[i] = new double[] {GOLD[i], GOLD[GOLD.length - 1 - i]};
            predicted[i] = new double[] {PREDICTED[i], 2.5};
        }
        return RegressionEvaluation.of(gold, predicted);
    }
}
