package ai.graft.finetune.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LinearRegressionTest {
    private static final double[][] ROWS = {{-1}, {0}, {1}};

    /** By hand: the weight is the sum of products, 4, over the sum of squares and the penalty, 2 + 2; the mean of the targets stays. */
    @Test
    void fit_oneColumn_isTheClosedForm() {
        LinearRegression fitted = LinearRegression.fit(ROWS, new double[] {3, 5, 7}, 2);

        assertThat(fitted.weights()).containsExactly(new double[] {1}, within(1e-6));
        assertThat(fitted.intercept()).isCloseTo(5, within(1e-6));
        assertThat(fitted.value(new double[] {4})).isCloseTo(9, within(1e-5));
    }

    @Test
    void fit_noPenalty_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearRegression.fit(ROWS, new double[] {1, 2, 3}, 0))
                .withMessage("the penalty is 0.0, it must be above 0");
    }
}
