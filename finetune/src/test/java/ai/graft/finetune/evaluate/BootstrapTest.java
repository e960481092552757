package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    @Test
    void interval_valuesZeroTo999_interpolatesLikeNumpy() {
        double[] next = {0};

        Interval interval = Bootstrap.standard().interval(1, rows -> next[0]++);

        // np.percentile(np.arange(1000), [2.5, 97.5]) is [24.975, 974.025]
        assertThat(interval.low()).isCloseTo(24.975, within(1e-9));
        assertThat(interval.high()).isCloseTo(974.025, within(1e-9));
    }

    @Test
    void interval_meanOfUniformRows_equalsTheNormalApproximation() {
        int n = 400;

        Interval interval = new Bootstrap(4000, 7)
                .interval(n, rows -> Arrays.stream(rows).average().orElseThrow());

        // The mean of 0 … 399 is 199.5 with standard error sqrt((400² - 1) / 12) / 20 = 5.774; the ends of 4000
        // resamples scatter by about 0.25.
        assertThat(interval.low()).isCloseTo(199.5 - 1.96 * 5.774, within(1.0));
        assertThat(interval.high()).isCloseTo(199.5 + 1.96 * 5.774, within(1.0));
    }

    @Test
    void interval_sameSeed_sameBitsAndOtherSeedOther() {
        Interval first = new Bootstrap(200, 1).interval(50, BootstrapTest::sum);

        assertThat(new Bootstrap(200, 1).interval(50, BootstrapTest::sum)).isEqualTo(first);
        assertThat(new Bootstrap(200, 2).interval(50, BootstrapTest::sum)).isNotEqualTo(first);
    }

    @Test
    void bootstrap_fewResamples_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bootstrap(99, 42))
                .withMessage("a bootstrap of 99 resamples cannot show 2.5 % tails; use 100 or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bootstrap.standard().interval(0, rows -> 0))
                .withMessage("a bootstrap needs 1 example or more, got 0");
    }

    @Test
    void interval_statisticNotFinite_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bootstrap.standard().interval(3, rows -> Double.NaN))
                .withMessageContaining("finite ends");
    }

    private static double sum(int[] rows) {
        return Arrays.stream(rows).sum();
    }
}
