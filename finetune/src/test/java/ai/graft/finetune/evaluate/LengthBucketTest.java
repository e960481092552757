package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LengthBucketTest {
    private static final SingleLabelEvaluation EVALUATION =
            SingleLabelEvaluation.of(List.of("no", "yes"), new int[] {0, 0, 1, 1, 1}, new int[] {0, 1, 1, 1, 0});

    @Test
    void of_lengthsAtTheEdges_fallIntoTheirBuckets() {
        // Right, wrong, right, right, wrong.
        List<LengthBucket> buckets = LengthBucket.of(EVALUATION, new int[] {8, 9, 16, 33, 2});

        assertThat(buckets).extracting(LengthBucket::from).containsExactly(0, 9, 33);
        assertThat(buckets).extracting(LengthBucket::to).containsExactly(8, 16, 64);
        assertThat(buckets).extracting(LengthBucket::examples).containsExactly(2, 2, 1);
        assertThat(buckets).extracting(LengthBucket::value).containsExactly(0.5, 0.5, 1.0);
        assertThat(buckets.get(0).metric()).isEqualTo("accuracy");
        assertThat(buckets.get(0).interval()).isEqualTo(Interval.wilson(1, 2));
    }

    @Test
    void of_regression_showsTheMeanError() {
        RegressionEvaluation evaluation = RegressionEvaluation.of(new float[] {1, 2, 3}, new float[] {1.5f, 2, 1});

        LengthBucket longer = LengthBucket.of(evaluation, new int[] {5, 20, 30}).get(1);

        assertThat(longer.metric()).isEqualTo("mae");
        assertThat(longer.value()).isCloseTo(1, within(1e-12)); // (0 + 2) / 2
    }

    @Test
    void of_otherNumberOfLengths_refusedWithBoth() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LengthBucket.of(EVALUATION, new int[2]))
                .withMessage("2 lengths for 5 examples. Give one for each.");
    }

    @Test
    void table_staysWithinEightyColumns() {
        assertThat(LengthBucket.table(LengthBucket.of(EVALUATION, new int[] {8, 9, 16, 33, 70000}))
                        .lines())
                .hasSize(5)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }
}
