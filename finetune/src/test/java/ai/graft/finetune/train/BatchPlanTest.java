package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.tokenizer.TokenBudget;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPlanTest {
    private static final TokenBudget BUDGET = new TokenBudget(512, 16);

    /** Lengths 4 to 120, short ones the commonest. */
    private static int[] lengths(int rows) {
        Random random = new Random(5);
        return IntStream.range(0, rows)
                .map(i -> 4 + (int) (116 * Math.pow(random.nextDouble(), 3)))
                .toArray();
    }

    private static List<int[]> batches(BatchPlan plan) {
        return plan.steps().stream().flatMap(List::stream).toList();
    }

    private static List<List<Integer>> rows(BatchPlan plan) {
        return batches(plan).stream()
                .map(batch -> Arrays.stream(batch).boxed().toList())
                .toList();
    }

    private static int longest(int[] batch, int[] lengths) {
        return Arrays.stream(batch).map(row -> lengths[row]).max().orElseThrow();
    }

    @Test
    void of_twoEpochs_hasEachRowOnceAnEpoch() {
        BatchPlan plan = BatchPlan.of(lengths(1000), BUDGET, 1, 2, 1);

        List<Integer> seen = rows(plan).stream().flatMap(List::stream).toList();
        List<Integer> all = IntStream.range(0, 1000).boxed().toList();
        int first = rows(plan).subList(0, plan.stepsPerEpoch()).stream()
                .mapToInt(List::size)
                .sum();
        assertThat(first).isEqualTo(1000);
        assertThat(seen.subList(0, 1000)).containsExactlyInAnyOrderElementsOf(all);
        assertThat(seen.subList(1000, seen.size())).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void of_anyLengths_keepsBothLimits() {
        int[] lengths = lengths(1000);
        assertThat(batches(BatchPlan.of(lengths, BUDGET, 1, 1, 1))).allSatisfy(batch -> {
            assertThat(batch.length).isBetween(1, 16);
            assertThat(batch.length * longest(batch, lengths)).isLessThanOrEqualTo(512);
        });
    }

    @Test
    void of_rowLongerThanTheBudget_isABatchOfItsOwn() {
        BatchPlan plan = BatchPlan.of(new int[] {5, 900, 5}, BUDGET, 1, 1, 1);
        assertThat(rows(plan)).hasSize(2).contains(List.of(1));
    }

    @Test
    void of_sameSeed_isTheSamePlan() {
        int[] lengths = lengths(300);
        assertThat(rows(BatchPlan.of(lengths, BUDGET, 1, 2, 9)))
                .isEqualTo(rows(BatchPlan.of(lengths, BUDGET, 1, 2, 9)));
        assertThat(rows(BatchPlan.of(lengths, BUDGET, 1, 2, 9)))
                .isNotEqualTo(rows(BatchPlan.of(lengths, BUDGET, 1, 2, 10)));
    }

    @Test
    void of_secondEpoch_hasOtherBatches() {
        List<List<Integer>> rows = rows(BatchPlan.of(lengths(300), BUDGET, 1, 2, 9));
        int half = rows.size() / 2;
        assertThat(rows.subList(half, rows.size())).doesNotContainAnyElementsOf(rows.subList(0, 5));
    }

    /** Of independent positions a third differs from the one before by either sign as often: no runs of short, then long. */
    @Test
    void of_neighbouringBatches_areNotSortedByLength() {
        int[] lengths = lengths(2000);
        List<Integer> longest = batches(BatchPlan.of(lengths, BUDGET, 1, 1, 1)).stream()
                .map(batch -> longest(batch, lengths))
                .toList();
        double mean = longest.stream().mapToInt(Integer::intValue).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < longest.size(); i++) {
            variance += Math.pow(longest.get(i) - mean, 2);
            if (i > 0) {
                covariance += (longest.get(i) - mean) * (longest.get(i - 1) - mean);
            }
        }
        assertThat(longest).hasSizeGreaterThan(100);
        // 3 standard errors of the correlation of independent neighbours; sorted batches have nearly 1.
        assertThat(Math.abs(covariance / variance)).isLessThan(3 / Math.sqrt(longest.size()));
    }

    @Test
    void of_mixedLengths_hasLittlePadding() {
        int[] lengths = lengths(5000);
        long real = Arrays.stream(lengths).sum();
        long padded = batches(BatchPlan.of(lengths, new TokenBudget(4096, 32), 1, 1, 1)).stream()
                .mapToLong(batch -> (long) batch.length * longest(batch, lengths))
                .sum();
        assertThat(1 - real / (double) padded).isLessThan(0.05);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 5", "1, 10", "1.1, 11", "1.25, 13", "2.1, 21", "0.01, 1", "0.0000001, 1", "3, 30"})
    void of_partEpochs_takesThatShareOfTheSteps(double epochs, int steps) {
        int[] alike = new int[100];
        Arrays.fill(alike, 8);
        BatchPlan plan = BatchPlan.of(alike, new TokenBudget(4096, 10), 1, epochs, 1);

        assertThat(plan.stepsPerEpoch()).isEqualTo(10);
        assertThat(plan.steps()).hasSize(steps);
    }

    @Test
    void of_accumulate3_groupsBatchesAndEndsWithTheRest() {
        int[] alike = new int[100];
        Arrays.fill(alike, 8);
        BatchPlan plan = BatchPlan.of(alike, new TokenBudget(4096, 10), 3, 2, 1);

        assertThat(plan.stepsPerEpoch()).isEqualTo(4);
        assertThat(plan.steps().stream().map(List::size)).containsExactly(3, 3, 3, 1, 3, 3, 3, 1);
    }

    @ParameterizedTest
    @CsvSource({"8, 8", "400, 8", "6920, 3", "67349, 1", "1000000, 1", "0, 8"})
    void defaultEpochs_twoLabels_fallWithTheRows(int rows, int epochs) {
        assertThat(BatchPlan.defaultEpochs(rows, 32, 2)).isEqualTo(epochs);
    }

    /** 45 × √(log2 labels ÷ steps): of 64 labels √6 times as many as of 2. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "4, 2", "16, 2", "64, 3", "256, 3"})
    void defaultEpochs_tenfoldData_riseWithTheLabels(int labels, int epochs) {
        assertThat(BatchPlan.defaultEpochs(43_410, 32, labels)).isEqualTo(epochs);
    }
}
