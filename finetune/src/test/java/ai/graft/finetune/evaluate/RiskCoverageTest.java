package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.finetune.evaluate.RiskCoverage.Goal;
import ai.graft.finetune.evaluate.RiskCoverage.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ten answers, worked by hand: the two least sure ones are wrong, and one of the sure ones. */
class RiskCoverageTest {
    private static final double[] CONFIDENCES = {.99, .95, .9, .85, .8, .75, .7, .6, .5, .4};
    private static final boolean[] RIGHT = {true, true, false, true, true, true, true, true, false, false};

    private static Point point(RiskCoverage found, Goal goal, double wanted) {
        return found.points().stream()
                .filter(point -> point.goal() == goal && point.wanted() == wanted)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void of_coverageWanted_isTheHighestThresholdThatAnswersAsMany() {
        RiskCoverage found = RiskCoverage.of(CONFIDENCES, RIGHT);

        assertThat(point(found, Goal.COVERAGE, 1)).isEqualTo(new Point(Goal.COVERAGE, 1, 1, 0.7, 0.4));
        assertThat(point(found, Goal.COVERAGE, 0.95).threshold()).isEqualTo(0.4); // 9 of 10 are not 95 %
        assertThat(point(found, Goal.COVERAGE, 0.9)).isEqualTo(new Point(Goal.COVERAGE, 0.9, 0.9, 7 / 9.0, 0.5));
        assertThat(point(found, Goal.COVERAGE, 0.8)).isEqualTo(new Point(Goal.COVERAGE, 0.8, 0.8, 7 / 8.0, 0.6));
        assertThat(point(found, Goal.COVERAGE, 0.5)).isEqualTo(new Point(Goal.COVERAGE, 0.5, 0.5, 0.8, 0.8));
    }

    @Test
    void of_accuracyWanted_isTheLowestThresholdThatReachesIt() {
        RiskCoverage found = RiskCoverage.of(CONFIDENCES, RIGHT);

        assertThat(point(found, Goal.ACCURACY, 0.9)).isEqualTo(new Point(Goal.ACCURACY, 0.9, 0.2, 1, 0.95));
        assertThat(RiskCoverage.of(new double[] {.9, .8}, new boolean[] {false, false})
                        .points())
                .noneMatch(point -> point.goal() == Goal.ACCURACY);
    }

    @Test
    void of_equalConfidences_areAnsweredTogether() {
        RiskCoverage found = RiskCoverage.of(new double[] {.9, .9, .9, .2}, new boolean[] {true, false, true, true});

        assertThat(point(found, Goal.COVERAGE, 0.5)).isEqualTo(new Point(Goal.COVERAGE, 0.5, 0.75, 2 / 3.0, 0.9));
    }

    @Test
    void output_forPeopleAndPrograms_saysTheSame() {
        RiskCoverage found = RiskCoverage.of(CONFIDENCES, RIGHT);

        assertThat(found.table().lines()).allMatch(line -> line.length() <= 80);
        assertThat(found.table()).containsPattern("coverage 80 % +0.8000 +0.8750 +0.6000");
        assertThat(found.toJson().get(3))
                .hasToString("{\"wanted_coverage\":0.8,\"coverage\":0.8,\"accuracy\":0.875,\"threshold\":0.6}");
        assertThat(found.points().stream().map(Point::goal).distinct().toList())
                .isEqualTo(List.of(Goal.COVERAGE, Goal.ACCURACY));
    }
}
