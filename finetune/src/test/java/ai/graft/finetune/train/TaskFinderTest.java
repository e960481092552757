package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Example;
import ai.graft.model.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskFinderTest {
    private static final Optional<String> LOOK = Optional.empty();

    @SafeVarargs
    private static Dataset data(List<String>... labels) {
        List<Example> examples = new ArrayList<>();
        for (List<String> row : labels) {
            examples.add(new Example("text", Optional.empty(), row, examples.size() + 1));
        }
        return Dataset.of("data.tsv", examples);
    }

    @Test
    void find_words_isSingleLabelInAlphabeticalOrder() {
        assertThat(TaskFinder.find(data(List.of("no"), List.of("yes"), List.of("maybe")), LOOK))
                .isEqualTo(new Task.SingleLabel(List.of("maybe", "no", "yes")));
    }

    @Test
    void find_aRowWithTwo_isMultiLabel() {
        assertThat(TaskFinder.find(data(List.of("b", "a"), List.of()), LOOK))
                .isEqualTo(new Task.MultiLabel(List.of("a", "b")));
    }

    @Test
    void find_decimals_isRegression() {
        assertThat(TaskFinder.find(data(List.of("0.5"), List.of("2.25"), List.of("3.75")), LOOK))
                .isEqualTo(new Task.Regression(List.of("score")));
    }

    @Test
    void find_asked_isWhatWasAskedFor() {
        Dataset stars = data(List.of("1"), List.of("2"), List.of("1"), List.of("2"));
        assertThat(TaskFinder.find(stars, LOOK)).isEqualTo(new Task.SingleLabel(List.of("1", "2")));
        assertThat(TaskFinder.find(stars, Optional.of("regression"))).isEqualTo(new Task.Regression(List.of("score")));
        assertThat(TaskFinder.find(stars, Optional.of("multi-label")))
                .isEqualTo(new Task.MultiLabel(List.of("1", "2")));
    }

    @Test
    void find_oneClass_saysThatThereIsNothingToTellApart() {
        assertThatThrownBy(() -> TaskFinder.find(data(List.of("a"), List.of("a")), LOOK))
                .isInstanceOf(DatasetException.class)
                .hasMessage("data.tsv: every row has the label [a], so there is nothing to tell apart."
                        + " Give data with 2 labels or more, or name another column with --label.");
    }

    @Test
    void find_classesAskedOfAScale_advisesRegression() {
        Dataset scores = data(List.of("0.5"), List.of("2.25"), List.of("3.75"));
        for (String task : List.of("single-label", "multi-label")) {
            assertThatThrownBy(() -> TaskFinder.find(scores, Optional.of(task)))
                    .isInstanceOf(DatasetException.class)
                    .hasMessage("data.tsv: the labels are numbers on a scale, 3 different ones in 3 rows, such as 0.5,"
                            + " 2.25, 3.75, but the task asked for is " + task
                            + ". Give --task regression, or name the column of the classes with --label.");
        }
    }

    /** Numbers of 150 classes look like a scale; who knows better is believed. */
    @Test
    void find_classesAskedOfManyWholeNumbers_areTheClasses() {
        List<Example> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(new Example("text", Optional.empty(), List.of(String.valueOf(i % 150)), i + 1));
        }
        Dataset numbered = Dataset.of("data.tsv", rows);
        assertThat(TaskFinder.find(numbered, LOOK)).isInstanceOf(Task.Regression.class);
        assertThat(TaskFinder.find(numbered, Optional.of("single-label")).labels())
                .hasSize(150);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "single-label", "multi-label", "regression"})
    void find_unlabelled_saysHowToNameTheColumn(String asked) {
        Optional<String> task = asked.isEmpty() ? LOOK : Optional.of(asked);
        assertThatThrownBy(() -> TaskFinder.find(data(List.of(), List.of()), task))
                .isInstanceOf(DatasetException.class)
                .hasMessage("data.tsv has no labels. Name their column with --label NAME or --label NUMBER.");
    }
}
