package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntervalTest {
    /** From {@code scipy.stats.binomtest(k, n).proportion_ci(method='wilson')}, scipy 1.17.1. */
    @Test
    void wilson_shares_equalScipy() {
        assertWilson(8, 10, 0.4901624715366418, 0.9433178485456248);
        assertWilson(870, 1000, 0.8477319733455311, 0.889436225375158);
        assertWilson(0, 5, 0, 0.43448246478317476);
        assertWilson(5, 5, 0.5655175352168251, 1);
    }

    @Test
    void wilson_impossibleShare_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Interval.wilson(3, 2))
                .withMessage("a proportion needs 0 <= successes <= trials and 1 <= trials, got 3 successes of 2");
    }

    @Test
    void interval_endsInTheWrongOrder_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Interval(0.5, 0.4))
                .withMessage("an interval needs finite ends in ascending order, got 0.5 and 0.4");
    }

    private static void assertWilson(int successes, int trials, double low, double high) {
        Interval interval = Interval.wilson(successes, trials);
        assertThat(interval.low()).isCloseTo(low, within(1e-12));
        assertThat(interval.high()).isCloseTo(high, within(1e-12));
    }
}
