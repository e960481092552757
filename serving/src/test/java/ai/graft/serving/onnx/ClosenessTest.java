package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.model.network.Head;
import ai.graft.model.task.Task;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Worked by hand. */
class ClosenessTest {
    private static final Task.OfText NO_YES = new Task.SingleLabel(List.of("no", "yes"));
    private static final Decisions DECISIONS = new Decisions(new Head.SequenceClassification(2), Optional.of(NO_YES));
    private static final Decisions NONE = new Decisions(new Head.None(), Optional.empty());

    private static Closeness of(ExportPrecision precision) {
        return new Closeness(DECISIONS, precision);
    }

    private static void add(Closeness closeness, float no, float yes, float otherNo, float otherYes) {
        closeness.add("row", 3, new float[] {no, yes}, new float[] {otherNo, otherYes});
    }

    /** Softmax of a difference of 0.3 is 57 to 43, of 0.5 it is 62 to 38. */
    @Test
    void require_int8TurnsATossUp_keepsItAndCountsIt() {
        Closeness closeness = of(ExportPrecision.INT8);
        add(closeness, 0, 0.3f, 0.1f, 0);
        add(closeness, 3, -4, 3, -4);

        closeness.require();
        Closeness.Found found = closeness.found();

        assertThat(found.equalDecisions()).isEqualTo(0.5);
        assertThat(found.maxDifference()).isCloseTo(0.3, within(1e-6));
        assertThat(found.meanCosine()).isCloseTo(0.5, within(1e-6)); // at right angles, and equal
    }

    @Test
    void require_int8TurnsAClearDecision_isRefusedWithTheExample() {
        Closeness closeness = of(ExportPrecision.INT8);
        add(closeness, 3, -4, 3, -4);
        add(closeness, 0, 0.5f, 0.1f, 0);

        assertThatThrownBy(closeness::require)
                .isInstanceOf(ProofFailedException.class)
                .hasMessageContaining("turns 1 of 2 decisions")
                .hasMessageContaining("row, decision 0: no, expected yes")
                .hasMessageContaining("No file was kept")
                .hasMessageContaining("wider precision than int8");
    }

    @Test
    void require_oneOfFiftyClearDecisions_isAllowed() {
        Closeness allowed = of(ExportPrecision.INT8);
        Closeness refused = of(ExportPrecision.INT8);
        for (int i = 0; i < 49; i++) {
            add(allowed, 3, -4, 3, -4);
            if (i > 0) {
                add(refused, 3, -4, 3, -4);
            }
        }
        add(allowed, 0, 1, 1, 0);
        add(refused, 0, 1, 1, 0);

        allowed.require();
        assertThat(allowed.found().equalDecisions()).isEqualTo(0.98);
        assertThatThrownBy(refused::require).hasMessageContaining("turns 1 of 49 decisions");
    }

    @Test
    void require_fp32_allowsNeitherAValueNorADecisionToDiffer() {
        Closeness value = of(ExportPrecision.FP32);
        add(value, 1, 2, 1, 2.0002f);
        assertThatThrownBy(value::require)
                .hasMessageContaining("more than 1.0E-4")
                .hasMessageContaining("row, value 1: 2.0002, expected 2.0");

        Closeness decision = of(ExportPrecision.FP32);
        add(decision, 1, 1.00001f, 1.00001f, 1);
        assertThatThrownBy(decision::require).hasMessageContaining("row, decision 0: no, expected yes");
    }

    @Test
    void require_noNumber_isRefusedInEveryPrecision() {
        for (ExportPrecision precision : ExportPrecision.values()) {
            Closeness closeness = of(precision);
            add(closeness, 1, 2, 1, Float.NaN);
            assertThatThrownBy(closeness::require)
                    .isInstanceOf(ProofFailedException.class)
                    .hasMessageContaining("NaN, expected 2.0");
        }
    }

    /** An error of (0, 1) beside (3, 4) is a fifth of its length, of (0, 0.1) a fiftieth. */
    @Test
    void require_nothingDecided_holdsTheErrorBelowAShareOfTheLength() {
        Closeness eight = new Closeness(NONE, ExportPrecision.INT8);
        eight.add("row", 1, new float[] {3, 4}, new float[] {3, 5});
        eight.require();
        assertThat(eight.found().equalDecisions()).isEqualTo(1);

        Closeness far = new Closeness(NONE, ExportPrecision.INT8);
        far.add("row", 1, new float[] {3, 4}, new float[] {3, 6});
        assertThatThrownBy(far::require).hasMessageContaining("0.400 of the outputs' length, allowed are 0.250");

        Closeness sixteen = new Closeness(NONE, ExportPrecision.FP16);
        sixteen.add("row", 1, new float[] {3, 4}, new float[] {3, 4.1f});
        assertThatThrownBy(sixteen::require).hasMessageContaining("0.020 of the outputs' length, allowed are 0.010");
    }

    @Test
    void decisions_ofEachHead_areWhatAReaderTakes() {
        Task.OfText several = new Task.MultiLabel(List.of("a", "b"));
        assertThat(new Decisions(new Head.SequenceClassification(2), Optional.of(several)).of(new float[] {2, -2}, 5))
                .extracting(Decisions.Decision::choice)
                .containsExactly("a", "not b");
        assertThat(new Decisions(new Head.TokenClassification(3), Optional.empty())
                        .of(new float[] {0, 1, 0, 4, 2, 3}, 2))
                .extracting(Decisions.Decision::choice)
                .containsExactly("1", "0");
        assertThat(new Decisions(new Head.QuestionAnswering(), Optional.empty()).of(new float[] {0, 1, 5, 2}, 4))
                .extracting(Decisions.Decision::choice)
                .containsExactly("2");
        assertThat(DECISIONS.of(new float[] {0, (float) Math.log(3)}, 4).get(0).margin())
                .isCloseTo(0.5, within(1e-6)); // 1 to 3
    }
}
