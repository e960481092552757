package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.graft.model.task.Task;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassWeightsTest {
    private static final Task.OfText THREE = new Task.SingleLabel(List.of("a", "b", "c"));

    /** scikit-learn's n_samples / (n_classes * bincount(y)): 12/(3·6), 12/(3·4), 12/(3·2). */
    @Test
    void balanced_singleLabel_isScikitLearnsFormula() {
        assertThat(new ClassWeights.Balanced().of(THREE, new int[] {6, 4, 2}, 12))
                .containsExactly(12 / 18.0, 1.0, 2.0);
    }

    /** torch's advice for pos_weight: negatives divided by positives, 8/2 and 5/5. */
    @Test
    void balanced_multiLabel_isNegativesPerPositive() {
        Task.OfText task = new Task.MultiLabel(List.of("a", "b"));
        assertThat(new ClassWeights.Balanced().of(task, new int[] {2, 5}, 10)).containsExactly(4.0, 1.0);
    }

    @Test
    void of_equalOrRegression_isNone() {
        Task.OfText regression = new Task.Regression(List.of("score"));
        assertThat(new ClassWeights.Equal().of(THREE, new int[] {6, 4, 2}, 12)).isEmpty();
        assertThat(new ClassWeights.Balanced().of(regression, new int[] {0}, 12))
                .isEmpty();
    }

    @Test
    void given_wrongNumber_namesBothAndTheLabels() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassWeights.parse("1,2").of(THREE, new int[] {6, 4, 2}, 12))
                .withMessage("class-weights has 2 weights, the task has 3 labels: [a, b, c]");
    }

    @Test
    void parse_numbersOrBalanced_isThat() {
        assertThat(ClassWeights.parse("balanced")).isEqualTo(new ClassWeights.Balanced());
        assertThat(ClassWeights.parse("1,2.5,0")).isEqualTo(new ClassWeights.Given(List.of(1.0, 2.5, 0.0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "heavy", "1,,2", "1;2", "NaN,1", "-1,2", "Infinity,1"})
    void parse_otherText_isRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassWeights.parse(text))
                .withMessageContaining("class-weights")
                .withMessageContaining(text);
    }
}
