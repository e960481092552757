package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    private static final Offset<Double> ROUNDING = Offset.offset(1e-12);

    /** 4 steps of warm-up and 8 after it; the cosine at 1/4 and 3/4 of the way is (1 ± √½)/2. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0",
        "1, 0.25, 0.25, 0.25",
        "3, 0.75, 0.75, 0.75",
        "4, 1, 1, 1",
        "6, 0.75, 0.8535533905932737, 1",
        "8, 0.5, 0.5, 1",
        "10, 0.25, 0.1464466094067263, 1",
        "11, 0.125, 0.03806023374435663, 1",
        "12, 0, 0, 1",
    })
    void factor_warmUpThenKind_asComputedByHand(int step, double linear, double cosine, double constant) {
        assertThat(new Schedule(Schedule.Kind.LINEAR, 4, 12).factor(step)).isCloseTo(linear, ROUNDING);
        assertThat(new Schedule(Schedule.Kind.COSINE, 4, 12).factor(step)).isCloseTo(cosine, ROUNDING);
        assertThat(new Schedule(Schedule.Kind.CONSTANT, 4, 12).factor(step)).isCloseTo(constant, ROUNDING);
    }

    @Test
    void factor_noWarmUp_beginsWithTheFullRate() {
        assertThat(new Schedule(Schedule.Kind.LINEAR, 0, 4).factor(0)).isEqualTo(1);
        assertThat(new Schedule(Schedule.Kind.LINEAR, 0, 4).factor(3)).isEqualTo(0.25);
    }

    @Test
    void factor_warmUpAsLongAsTheRun_neverDividesByZero() {
        assertThat(new Schedule(Schedule.Kind.LINEAR, 3, 3).factor(2)).isCloseTo(2 / 3.0, ROUNDING);
        assertThat(new Schedule(Schedule.Kind.COSINE, 3, 3).factor(3)).isEqualTo(1);
    }
}
