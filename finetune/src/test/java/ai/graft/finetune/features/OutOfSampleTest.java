package ai.graft.finetune.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutOfSampleTest {
    @Test
    void deal_labelsOfAnyCount_areSpreadEvenly() {
        int[] labels =
                IntStream.range(0, 53).map(i -> i < 30 ? 0 : i < 46 ? 1 : 2).toArray();
        int[] dealt = OutOfSample.deal(labels, 3, 5, 7);
        for (int fold = 0; fold < 5; fold++) {
            int part = fold;
            assertThat(count(i -> dealt[i] == part, 53)).isBetween(10L, 11L);
            assertThat(count(i -> dealt[i] == part && labels[i] == 0, 53)).isEqualTo(6);
            assertThat(count(i -> dealt[i] == part && labels[i] == 1, 53)).isBetween(3L, 4L);
            assertThat(count(i -> dealt[i] == part && labels[i] == 2, 53)).isBetween(1L, 2L);
        }
        assertThat(OutOfSample.deal(labels, 3, 5, 7)).containsExactly(dealt);
        assertThat(OutOfSample.deal(labels, 3, 5, 8)).isNotEqualTo(dealt);
    }

    private static long count(IntPredicate condition, int rows) {
        return IntStream.range(0, rows).filter(condition).count();
    }

    /** A row's probabilities are those of a regression that is fitted, from nothing, on the rows of the other folds. */
    @Test
    void of_eachRow_isAnsweredByARegressionThatHasNotSeenIt() {
        DrawnData data = DrawnData.of(60, 4, 3);
        OutOfSample found = OutOfSample.of(data.rows(), data.labels(), 3, 4, 1);
        int[] dealt = OutOfSample.deal(data.labels(), 3, 4, 1);
        for (int fold = 0; fold < 4; fold++) {
            int part = fold;
            int[] seen = IntStream.range(0, 60).filter(i -> dealt[i] != part).toArray();
            SoftmaxRegression fitted = SoftmaxRegression.fit(
                    IntStream.of(seen).mapToObj(i -> data.rows()[i]).toArray(double[][]::new),
                    IntStream.of(seen).map(i -> data.labels()[i]).toArray(),
                    3,
                    found.penalty());
            for (int i = 0; i < 60; i++) {
                if (dealt[i] == part) {
                    assertThat(found.probabilities()[i])
                            .containsExactly(fitted.probabilities(data.rows()[i]), within(1e-4));
                }
            }
        }
        assertThat(found.accuracy()).isBetween(0.5, 0.9); // the labels are half noise
    }

    @Test
    void of_labelsThatAreNoise_choosesThatAllLabelsAreAsLikely() {
        DrawnData data = DrawnData.of(200, 20, 2);
        int[] noise = IntStream.range(0, 200).map(i -> i * 7 % 4 / 2).toArray();
        OutOfSample found = OutOfSample.of(data.rows(), noise, 2, 5, 3);
        assertThat(found.logLoss()).isCloseTo(Math.log(2), within(0.02));
        assertThat(found.penalty()).isGreaterThan(100);
    }
}
