package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    @Test
    void higherIsBetter_everyMetricOfEveryKind_isKnown() {
        List<Evaluation> kinds = List.of(
                SingleLabelEvaluation.of(List.of("no", "yes"), new int[] {0}, new float[][] {{1, 0}}),
                MultiLabelEvaluation.of(List.of("x"), new boolean[1][1], new float[1][1], 0.5),
                RegressionEvaluation.of(new float[] {1}, new float[] {1}));

        assertThat(kinds)
                .flatExtracting(Evaluation::metricNames)
                .allSatisfy(name -> assertThat(Evaluation.higherIsBetter(name))
                        .isEqualTo(!name.endsWith("loss")
                                && !List.of("mse", "rmse", "mae", "ece").contains(name)));
    }

    @Test
    void higherIsBetter_unknownName_listsTheNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Evaluation.higherIsBetter("acuracy"))
                .withMessageStartingWith(
                        "there is no metric 'acuracy' here. Choose one of: accuracy," + " average_precision, ece,");
    }
}
