package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.model.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Vectors whose first column decides; the second has nothing to do with it, the third never changes. None has mean 0 and deviation 1. */
class LinearHeadTest {
    private static final int ROWS = 200;

    private static float[][] vectors() {
        float[][] vectors = new float[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            vectors[i] = new float[] {100 + i % 20, i / 20 % 2 == 0 ? 0.01f : -0.01f, 7};
        }
        return vectors;
    }

    private static Dataset data(Function<float[], List<String>> labels) {
        List<Example> rows = new ArrayList<>();
        for (float[] vector : vectors()) {
            rows.add(new Example("text", Optional.empty(), labels.apply(vector), rows.size() + 1));
        }
        return Dataset.of("rows", rows);
    }

    private static float[][] logits(Task.OfText task, Dataset data) {
        return LinearHead.fit(task, vectors(), LabelledRows.of(task, data), 1).logits(vectors());
    }

    @Test
    void fit_singleLabels_decidesByTheColumnThatTells() {
        Dataset data = data(vector -> List.of(vector[0] < 110 ? "low" : "high"));
        float[][] logits = logits(new Task.SingleLabel(List.of("high", "low")), data);

        for (int i = 0; i < ROWS; i++) {
            assertThat(logits[i][1] > logits[i][0]).as("row " + i).isEqualTo(i % 20 < 10);
        }
    }

    /** Each label for itself: a row may have both or none. */
    @Test
    void fit_severalLabels_decidesEach() {
        Dataset data = data(vector -> Stream.of("over5", "over15")
                .filter(label -> vector[0] >= 100 + Integer.parseInt(label.substring(4)))
                .toList());
        float[][] logits = logits(new Task.MultiLabel(List.of("over15", "over5")), data);

        for (int i = 0; i < ROWS; i++) {
            assertThat(logits[i][0] > 0).as("row " + i).isEqualTo(i % 20 >= 15);
            assertThat(logits[i][1] > 0).as("row " + i).isEqualTo(i % 20 >= 5);
        }
    }

    /** A line is found again, a little flatter by the penalty: 100 beside 200 rows of variance 1. */
    @Test
    void fit_numbers_isTheShrunkenLine() {
        Dataset data = data(vector -> List.of(Float.toString(3 * (vector[0] - 109.5f) + 50)));
        float[][] logits = logits(new Task.Regression(List.of("LABEL_0")), data);

        for (int i = 0; i < ROWS; i++) {
            assertThat(logits[i][0]).isCloseTo(50 + 3 * (i % 20 - 9.5f) * 200 / 300, within(1e-3f));
        }
    }
}
