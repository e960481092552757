package ai.graft.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionTest {
    private static final float LN3 = (float) Math.log(3);

    @Test
    void of_singleLabel_isTheMostProbable() {
        Prediction prediction = Prediction.of(new Task.SingleLabel(List.of("z", "a")), new float[] {0, LN3});

        assertThat(prediction.label()).isEqualTo("a");
        assertThat(prediction.score()).isCloseTo(0.75, within(1e-7));
        assertThat(prediction.scores().keySet()).containsExactly("z", "a");
    }

    @Test
    void of_singleLabelDraw_isTheFirst() {
        assertThat(Prediction.of(new Task.SingleLabel(List.of("z", "a")), new float[] {1, 1})
                        .label())
                .isEqualTo("z");
    }

    /** e^(log 9 / 2) = 3: odds of nine become odds of three. */
    @Test
    void of_temperature_changesTheScoreAndNotTheLabel() {
        float[] logits = {0, 2 * LN3};

        Prediction plain = Prediction.of(new Task.SingleLabel(List.of("z", "a")), logits);
        Prediction calibrated = Prediction.of(new Task.SingleLabel(List.of("z", "a"), 2), logits);

        assertThat(plain.score()).isCloseTo(0.9, within(1e-7));
        assertThat(calibrated.score()).isCloseTo(0.75, within(1e-7));
        assertThat(calibrated.label()).isEqualTo(plain.label());
    }

    /** So near that both probabilities are one half in a float. */
    @Test
    void of_scoresThatRoundingMadeEqual_isTheLabelOfTheLargerLogit() {
        Prediction prediction = Prediction.of(new Task.SingleLabel(List.of("z", "a"), 20), new float[] {0, 1e-7f});

        assertThat(prediction.label()).isEqualTo("a");
        assertThat(prediction.scores().get("z")).isEqualTo(prediction.scores().get("a"));
    }

    @Test
    void labelFrom_confidence_abstainsBelowIt() {
        Prediction prediction = Prediction.of(new Task.SingleLabel(List.of("z", "a")), new float[] {0, LN3}); // 0.75

        assertThat(prediction.labelFrom(0.7)).contains("a");
        assertThat(prediction.labelFrom(0.8)).isEmpty();
    }

    /** −log(e⁰ + e^log 3) = −log 4. */
    @Test
    void energy_logits_isMinusTheLogOfTheSumOfExponentials() {
        assertThat(Task.SingleLabel.energy(new float[] {0, LN3})).isCloseTo(-Math.log(4), within(1e-7));
        assertThat(Task.SingleLabel.energy(new float[] {1000, 0})).isEqualTo(-1000);
    }

    @Test
    void of_multiLabel_joinsAllFromOneHalfOn() {
        Task.OfText task = new Task.MultiLabel(List.of("a", "b", "c"));

        assertThat(Prediction.of(task, new float[] {LN3, -LN3, 0}).label()).isEqualTo("a,c");
        assertThat(Prediction.of(task, new float[] {-1, -1, -1}).label()).isEmpty();
    }

    @Test
    void of_multiLabelWithThresholds_givesEachFromItsOwn() {
        Task.OfText task =
                new Task.MultiLabel(List.of("a", "b", "c"), List.of(0.8, 0.2, 0.5)); // the scores: .75, .25, .5

        assertThat(Prediction.of(task, new float[] {LN3, -LN3, 0}).label()).isEqualTo("b,c");
    }

    @Test
    void of_regression_isTheFirstOutput() {
        Prediction prediction = Prediction.of(new Task.Regression(List.of("stars", "length")), new float[] {2.5f, 9});

        assertThat(prediction.label()).isEqualTo("2.5");
        assertThat(prediction.score()).isEqualTo(2.5);
        assertThat(prediction.scores()).containsExactly(entry("stars", 2.5), entry("length", 9.0));
    }

    @Test
    void of_otherNumberOfLogits_refusedWithBoth() {
        assertThatThrownBy(() -> Prediction.of(new Task.SingleLabel(List.of("a", "b")), new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("3 logits do not fit the 2 labels [a, b]");
    }

    @Test
    void scores_cannotBeChanged() {
        Prediction prediction = Prediction.of(new Task.Regression(List.of("a")), new float[1]);

        assertThatThrownBy(() -> prediction.scores().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
