package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.finetune.evaluate.Comparison;
import ai.graft.finetune.evaluate.Interval;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Four texts, of which the teacher answers all and the student three. */
class StudentReportTest {
    private static final List<String> LABELS = List.of("no", "yes");
    private static final int[] GOLD = {0, 1, 0, 1};
    private static final StudentReport REPORT = new StudentReport(
            SingleLabelEvaluation.of(LABELS, GOLD, scores(0.1f, 0.9f, 0.2f, 0.8f)),
            SingleLabelEvaluation.of(LABELS, GOLD, scores(0.1f, 0.9f, 0.2f, 0.3f)),
            new Comparison.Difference(0.75, 1, new Interval(-0.75, 0)),
            4_000_000,
            3_000_000,
            List.of(0.4, 0.5, 0.9));

    @Test
    void shares_handWorked_areThoseOfTheStudent() {
        assertThat(REPORT.kept()).isCloseTo(0.75, within(1e-12));
        assertThat(REPORT.sizeRatio()).isEqualTo(0.75);
        assertThat(REPORT.timeRatio()).isEqualTo(0.5);
    }

    @Test
    void toJson_holdsBothSides() {
        JsonNode json = REPORT.toJson();

        assertThat(json.at("/teacher/accuracy").asDouble()).isEqualTo(1);
        assertThat(json.at("/student/accuracy").asDouble()).isEqualTo(0.75);
        assertThat(json.at("/student/megabytes").asDouble()).isEqualTo(3);
        assertThat(json.path("difference").asDouble()).isEqualTo(-0.25);
        assertThat(json.path("time_ratios")).hasSize(3);
    }

    @Test
    void table_fitsAScreen() {
        assertThat(REPORT.table().lines()).allMatch(line -> line.length() <= 80);
        assertThat(REPORT.table())
                .contains("0.50 (0.40 to 0.90)")
                .endsWith("The student keeps 75.0 % of the teacher's accuracy, at 0.50 of its time and\n"
                        + "0.75 of its size. Difference -0.2500, 95 % interval -0.7500 to +0.0000.\n");
    }

    private static float[][] scores(float... yes) {
        float[][] scores = new float[yes.length][];
        for (int i = 0; i < yes.length; i++) {
            scores[i] = new float[] {1 - yes[i], yes[i]};
        }
        return scores;
    }
}
