package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.graft.datasets.AnswerSpan;
import ai.graft.datasets.Question;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    @Test
    void higherIsBetter_everyMetricOfEveryKind_isKnown() {
        List<Evaluation> kinds = List.of(
                SingleLabelEvaluation.of(List.of("no", "yes"), new int[] {0}, new float[][] {{1, 0}}),
                MultiLabelEvaluation.of(List.of("x"), new boolean[1][1], new float[1][1], 0.5),
                RegressionEvaluation.of(new float[] {1}, new float[] {1}),
                spans());

        assertThat(kinds)
                .flatExtracting(Evaluation::metricNames)
                .allSatisfy(name -> assertThat(Evaluation.higherIsBetter(name))
                        .isEqualTo(!name.endsWith("loss")
                                && !List.of("mse", "rmse", "mae", "ece").contains(name)));
    }

    private static Evaluation spans() {
        List<Question> questions = List.of(
                Question.of("a", "q", "x", List.of(new AnswerSpan("x", 0))), Question.of("n", "q", "x", List.of()));
        SpanPredictions predictions = new SpanPredictions(Map.of("a", "x", "n", ""), Map.of("a", 0.1, "n", 0.9));
        return SpanEvaluation.of(questions, predictions);
    }

    @Test
    void higherIsBetter_unknownName_listsTheNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Evaluation.higherIsBetter("acuracy"))
                .withMessageStartingWith("there is no metric 'acuracy' here. Choose one of: HasAns_exact,");
    }
}
