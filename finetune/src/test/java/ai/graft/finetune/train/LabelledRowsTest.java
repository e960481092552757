package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Example;
import ai.graft.datasets.LabelKind;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.MultiLabelEvaluation;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import ai.graft.model.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelledRowsTest {
    private static final Task.OfText AB = new Task.SingleLabel(List.of("a", "b"));
    private static final Task.OfText TAGS = new Task.MultiLabel(List.of("x", "y", "z"));
    private static final Task.OfText SCORE = new Task.Regression(List.of("score"));

    @SafeVarargs
    private static Dataset data(List<String>... labels) {
        List<Example> examples = new ArrayList<>();
        for (List<String> row : labels) {
            examples.add(new Example("text", Optional.empty(), row, examples.size() + 1));
        }
        return Dataset.of("data.tsv", examples, LabelKind.MULTI);
    }

    @Test
    void targets_singleLabel_areIdsOfTheChosenRows() {
        LabelledRows rows = LabelledRows.of(AB, data(List.of("b"), List.of("a"), List.of("b")));
        Targets.Ids targets = (Targets.Ids) rows.targets(new int[] {2, 1});

        assertThat(targets.values()).containsExactly(1, 0);
        assertThat(targets.columns()).isZero();
        assertThat(rows.counts()).containsExactly(1, 2);
        assertThat(rows.size()).isEqualTo(3);
    }

    @Test
    void targets_multiLabel_areFlags() {
        LabelledRows rows = LabelledRows.of(TAGS, data(List.of("z", "x"), List.of(), List.of("y")));
        Targets.Values targets = (Targets.Values) rows.targets(new int[] {0, 1});

        assertThat(targets.values()).containsExactly(1, 0, 1, 0, 0, 0);
        assertThat(targets.columns()).isEqualTo(3);
        assertThat(rows.counts()).containsExactly(1, 1, 1);
    }

    @Test
    void targets_regression_areTheNumbers() {
        LabelledRows rows = LabelledRows.of(SCORE, data(List.of("-2.5"), List.of("1e3")));
        Targets.Values targets = (Targets.Values) rows.targets(new int[] {1, 0});

        assertThat(targets.values()).containsExactly(1000, -2.5f);
        assertThat(targets.columns()).isEqualTo(1);
    }

    @Test
    void evaluate_singleLabel_judgesLogitsInTheOrderOfTheRows() {
        LabelledRows rows = LabelledRows.of(AB, data(List.of("b"), List.of("a"), List.of("b"), List.of("a")));
        Evaluation evaluation = rows.evaluate(new float[][] {{0, 1}, {0, 1}, {0, 1}, {1, 0}});

        assertThat(evaluation.metric("accuracy")).isEqualTo(0.75);
        // ln(1 + e^-1) = 0.31326 three times and ln(1 + e) = 1.31326 once
        assertThat(evaluation.metric("loss")).isCloseTo(0.563262, Offset.offset(1e-5));
    }

    @Test
    void evaluate_multiLabel_givesALabelFromTheLogit0On() {
        LabelledRows rows = LabelledRows.of(TAGS, data(List.of("x"), List.of("y", "z")));
        Evaluation evaluation = rows.evaluate(new float[][] {{2, -1, -3}, {-1, 4, -2}});

        // 2 right, 1 missed, none wrong: precision 1, recall 2/3
        assertThat(evaluation.metric("micro_f1")).isCloseTo(0.8, Offset.offset(1e-9));
    }

    @Test
    void evaluate_regression_comparesTheOutputs() {
        LabelledRows rows = LabelledRows.of(SCORE, data(List.of("1"), List.of("3")));
        assertThat(rows.evaluate(new float[][] {{2}, {3}}).metric("mse")).isEqualTo(0.5);
    }

    @Test
    void of_unknownLabel_namesRowLabelAndTheKnown() {
        assertThatThrownBy(() -> LabelledRows.of(AB, data(List.of("a"), List.of("c"))))
                .isInstanceOf(DatasetException.class)
                .hasMessage("data.tsv, row 2: label 'c' is not among the 2 labels of training [a, b]."
                        + " Correct the row, add examples of it to the training data, or judge such rows as wrong with"
                        + " --unknown-labels wrong.");
    }

    @Test
    void evaluate_singleLabelThatIsUnknown_countsAsWrong() {
        LabelledRows rows = LabelledRows.of(AB, data(List.of("b"), List.of("c"), List.of("a")), UnknownLabels.WRONG);
        SingleLabelEvaluation evaluation =
                (SingleLabelEvaluation) rows.evaluate(new float[][] {{0, 9}, {0, 9}, {9, 0}});

        assertThat(evaluation.labels()).containsExactly("a", "b", "c");
        assertThat(evaluation.confusion().count(2, 1)).isEqualTo(1);
        assertThat(evaluation.metric("accuracy")).isCloseTo(2 / 3.0, Offset.offset(1e-12));
        // F1 of a is 1, of b 2 · ½ · 1 / 1½ = 2/3, of c 0
        assertThat(evaluation.metric("macro_f1")).isCloseTo(5 / 9.0, Offset.offset(1e-12));
        assertThat(rows.columns()).isEqualTo(2);
    }

    @Test
    void evaluate_multiLabelThatIsUnknown_countsAsMissed() {
        LabelledRows rows = LabelledRows.of(TAGS, data(List.of("x", "w"), List.of("y")), UnknownLabels.WRONG);
        MultiLabelEvaluation evaluation =
                (MultiLabelEvaluation) rows.evaluate(new float[][] {{5, -5, -5}, {-5, 5, -5}});

        assertThat(evaluation.labels()).containsExactly("x", "y", "z", "w");
        assertThat(evaluation.metric("subset_accuracy")).isEqualTo(0.5);
        // 2 right, 1 missed, none wrong
        assertThat(evaluation.metric("micro_f1")).isCloseTo(0.8, Offset.offset(1e-12));
    }

    @Test
    void of_singleLabelRowWithNoneOrTwo_isRefused() {
        assertThatThrownBy(() -> LabelledRows.of(AB, data(List.of("a"), List.of())))
                .isInstanceOf(DatasetException.class)
                .hasMessage("data.tsv, row 2: [] is not one label, which a single-label task needs."
                        + " Correct the row, or give --task multi-label.");
        assertThatThrownBy(() -> LabelledRows.of(AB, data(List.of("b", "a"))))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("row 1: [b, a] is not one label");
    }

    @ParameterizedTest
    @ValueSource(strings = {"high", "", "NaN", "Infinity", "1e39", "1,5"})
    void of_regressionOfNoNumber_namesRowAndText(String label) {
        assertThatThrownBy(() -> LabelledRows.of(SCORE, data(List.of("1"), List.of(label))))
                .isInstanceOf(DatasetException.class)
                .hasMessage("data.tsv, row 2: [" + label + "] is not one number, which a regression needs."
                        + " Correct the row, or give --task single-label.");
    }

    @Test
    void of_regressionWithNoneOrTwo_isRefused() {
        assertThatThrownBy(() -> LabelledRows.of(SCORE, data(List.of()))).hasMessageContaining("[] is not one number");
        assertThatThrownBy(() -> LabelledRows.of(SCORE, data(List.of("1", "2"))))
                .hasMessageContaining("[1, 2] is not one number");
    }
}
