package ai.graft.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossTest {

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void construct_weightThatIsNoWeight_refused(double weight) {
        assertThatThrownBy(() -> new Loss.CrossEntropy(List.of(1.0, weight), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("class weights must be finite and not negative, got [1.0, " + weight + "]");
        assertThatThrownBy(() -> new Loss.BinaryCrossEntropy(List.of(weight)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("positive weights must be finite and not negative, got [" + weight + "]");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void construct_smoothingThatIsNoShare_refused(double smoothing) {
        assertThatThrownBy(() -> new Loss.CrossEntropy(List.of(), smoothing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label smoothing is " + smoothing + ", expected 0 to below 1");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void construct_gammaThatIsNone_refused(double gamma) {
        assertThatThrownBy(() -> new Loss.Focal(List.of(), gamma))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("focal loss is " + gamma + ", expected 0 or more and finite");
        assertThatThrownBy(() -> new Loss.BinaryFocal(List.of(), gamma))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("focal loss is " + gamma);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void construct_temperatureThatIsNone_refused(double temperature) {
        assertThatThrownBy(() -> new Loss.Distillation(temperature, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("temperature of the distillation is " + temperature + ", expected above 0 and finite");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void construct_alphaThatIsNoWeight_refused(double alpha) {
        assertThatThrownBy(() -> new Loss.Distillation(2, alpha))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("alpha is " + alpha + ", expected 0 to 1");
    }

    @Test
    void construct_weights_areCopied() {
        List<Double> weights = new ArrayList<>(List.of(1.0, 2.0));
        Loss.CrossEntropy loss = new Loss.CrossEntropy(weights, 0);
        weights.set(0, 9.0);

        assertThat(loss.classWeights()).containsExactly(1.0, 2.0);
    }
}
