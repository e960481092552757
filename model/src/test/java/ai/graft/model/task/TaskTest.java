package ai.graft.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.model.network.Head;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TaskTest {
    private static final float LN3 = (float) Math.log(3);
    private static final Offset<Float> FLOAT = within(1e-7f);

    @Test
    void scores_singleLabel_areTheSoftmax() {
        float[] scores = new Task.SingleLabel(List.of("a", "b")).scores(new float[] {0, LN3});

        assertThat(scores[0]).isCloseTo(0.25f, FLOAT);
        assertThat(scores[1]).isCloseTo(0.75f, FLOAT);
    }

    @Test
    void scores_singleLabelWithHugeLogits_stayFinite() {
        assertThat(new Task.SingleLabel(List.of("a", "b")).scores(new float[] {3e38f, -3e38f}))
                .containsExactly(1, 0);
    }

    @Test
    void scores_multiLabel_areSigmoidsOfEach() {
        float[] scores = new Task.MultiLabel(List.of("a", "b", "c")).scores(new float[] {0, LN3, -LN3});

        assertThat(scores[0]).isEqualTo(0.5f);
        assertThat(scores[1]).isCloseTo(0.75f, FLOAT);
        assertThat(scores[2]).isCloseTo(0.25f, FLOAT);
    }

    @Test
    void scores_regression_areTheOutputsAsACopy() {
        float[] logits = {-3, 7};
        float[] scores = new Task.Regression(List.of("a", "b")).scores(logits);

        assertThat(scores).containsExactly(-3, 7).isNotSameAs(logits);
    }

    @Test
    void of_problemType_decidesTheKind() {
        assertThat(of("single_label_classification", "a", "b")).isEqualTo(new Task.SingleLabel(List.of("a", "b")));
        assertThat(of("multi_label_classification", "a")).isEqualTo(new Task.MultiLabel(List.of("a")));
        assertThat(of("regression", "a", "b")).isEqualTo(new Task.Regression(List.of("a", "b")));
    }

    @Test
    void of_noProblemType_isRegressionForOneOutput() {
        assertThat(Task.of(List.of("a"), Optional.empty())).isInstanceOf(Task.Regression.class);
        assertThat(Task.of(List.of("a", "b"), Optional.empty())).isInstanceOf(Task.SingleLabel.class);
    }

    @Test
    void of_everyKind_problemTypeRoundTrips() {
        for (String type : List.of("single_label_classification", "multi_label_classification", "regression")) {
            assertThat(of(type, "a", "b").problemType()).isEqualTo(type);
        }
    }

    @Test
    void of_unknownProblemType_namesThoseKnown() {
        assertThatThrownBy(() -> of("ranking", "a", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("problem_type 'ranking' is unknown; known are single_label_classification");
    }

    @Test
    void head_labels_areItsOutputs() {
        assertThat(new Task.SingleLabel(List.of("a", "b", "c")).head()).isEqualTo(new Head.SequenceClassification(3));
    }

    @Test
    void construct_labelsThatMakeNoTask_refused() {
        assertThatThrownBy(() -> new Task.SingleLabel(List.of("a")))
                .hasMessage("a single-label task needs 2 labels or more, got [a]");
        for (double temperature : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Task.SingleLabel(List.of("a", "b"), temperature))
                    .hasMessage("a single-label task needs a temperature above 0, got " + temperature
                            + "; 1 leaves scores alone");
        }
        assertThatThrownBy(() -> new Task.SingleLabel(List.of("a", "b", "a")))
                .hasMessage("labels must differ, got [a, b, a]");
        assertThatThrownBy(() -> new Task.MultiLabel(List.of())).hasMessage("a multi-label task needs a label");
        assertThatThrownBy(() -> new Task.MultiLabel(List.of("a"), List.of(1.5)))
                .hasMessage("a multi-label task of 1 labels needs as many thresholds from 0 to 1, got [1.5]");
        assertThatThrownBy(() -> new Task.MultiLabel(List.of("a"), List.of(0.5, 0.5)))
                .hasMessageContaining("got [0.5, 0.5]");
        assertThatThrownBy(() -> new Task.Regression(List.of())).hasMessage("a regression needs an output");
        assertThatThrownBy(() -> new Task.Regression(List.of("a", "a"))).hasMessage("labels must differ, got [a, a]");
    }

    private static Task.OfText of(String problemType, String... labels) {
        return Task.of(List.of(labels), Optional.of(problemType));
    }
}
