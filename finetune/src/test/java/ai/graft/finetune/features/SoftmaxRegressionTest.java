package ai.graft.finetune.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Expected values: {@code sklearn.linear_model.LogisticRegression(C=1/penalty, tol=1e-12)} 1.9.1 on {@link DrawnData}. */
class SoftmaxRegressionTest {
    /** A gradient of 1e-6 a row, 40 rows, curvature of at least the penalty. */
    private static final Offset<Double> NEAR = within(1e-4);

    @Test
    void fit_threeClasses_isScikitLearns() {
        DrawnData data = DrawnData.of(40, 4, 3);
        SoftmaxRegression fitted = SoftmaxRegression.fit(data.rows(), data.labels(), 3, 1);
        double[][] weights = {
            {0.84080826, -0.53866875, -0.38041947, -0.08836964},
            {-0.27768849, 0.65729035, -0.40689589, 0.22253199},
            {-0.56311977, -0.1186216, 0.78731536, -0.13416235}
        };
        double[] intercepts = {-0.24928014, 0.36493201, -0.11565187};
        for (int c = 0; c < 3; c++) {
            for (int j = 0; j < 4; j++) {
                assertThat(fitted.weight(c, j)).isCloseTo(weights[c][j], NEAR);
            }
            assertThat(fitted.intercept(c)).isCloseTo(intercepts[c], NEAR);
        }
        assertThat(fitted.probabilities(data.rows()[0]))
                .containsExactly(new double[] {0.17839687, 0.76583222, 0.05577091}, NEAR);
    }

    @Test
    void fit_strongerPenalty_isScikitLearns() {
        DrawnData data = DrawnData.of(40, 4, 3);
        SoftmaxRegression fitted = SoftmaxRegression.fit(data.rows(), data.labels(), 3, 10);
        assertThat(fitted.weight(0, 0)).isCloseTo(0.274115975, NEAR);
        assertThat(fitted.weight(2, 3)).isCloseTo(-0.106173728, NEAR);
        assertThat(fitted.probabilities(data.rows()[0]))
                .containsExactly(new double[] {0.24897163, 0.57991567, 0.17111269}, NEAR);
    }

    /** With two classes scikit-learn has one weight vector, the difference of ours, and so half of our penalty: C = 4. */
    @Test
    void fit_twoClasses_differenceIsScikitLearns() {
        DrawnData data = DrawnData.of(30, 3, 2);
        SoftmaxRegression fitted = SoftmaxRegression.fit(data.rows(), data.labels(), 2, 0.5);
        double[] weights = {-1.34439866, 0.79739751, 0.19930936};
        for (int j = 0; j < 3; j++) {
            assertThat(fitted.weight(1, j) - fitted.weight(0, j)).isCloseTo(weights[j], NEAR);
        }
        assertThat(fitted.intercept(1) - fitted.intercept(0)).isCloseTo(0.41154273, NEAR);
    }

    @Test
    void fit_again_givesTheSameBits() {
        DrawnData data = DrawnData.of(40, 4, 3);
        double[] first =
                SoftmaxRegression.fit(data.rows(), data.labels(), 3, 0.1).probabilities(data.rows()[5]);
        double[] second =
                SoftmaxRegression.fit(data.rows(), data.labels(), 3, 0.1).probabilities(data.rows()[5]);
        assertThat(second).containsExactly(first);
    }

    @Test
    void fit_withoutPenalty_isRefused() {
        DrawnData data = DrawnData.of(40, 4, 3);
        assertThatThrownBy(() -> SoftmaxRegression.fit(data.rows(), data.labels(), 3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the penalty is 0.0, it must be above 0");
    }
}
