package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.graft.finetune.evaluate.TransferVerdict.Contender;
import ai.graft.finetune.evaluate.TransferVerdict.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransferVerdictTest {
    private static final int ROWS = 200;

    /** Right in the first so many of 200 rows. */
    private static Evaluation right(int count) {
        int[] gold = IntStream.range(0, ROWS).map(row -> row % 2).toArray();
        int[] predicted = Arrays.copyOf(gold, ROWS);
        for (int row = count; row < ROWS; row++) {
            predicted[row] = 1 - gold[row];
        }
        return SingleLabelEvaluation.of(List.of("no", "yes"), gold, predicted);
    }

    private static Repeated judged(int... counts) {
        return new Repeated(
                "accuracy",
                Arrays.stream(counts).mapToObj(TransferVerdictTest::right).toList());
    }

    private static Contender contender(String name, boolean pretrained, int right, double seconds) {
        return new Contender(name, pretrained, judged(right), seconds, OptionalLong.empty());
    }

    @Test
    void value_severalSeeds_isTheirMean() {
        Repeated judged = judged(100, 150, 200);

        assertThat(judged.value()).isCloseTo(0.75, within(1e-12));
        assertThat(judged.interval().low()).isLessThan(0.75);
        assertThat(judged.over(judged(90, 110)).value()).isCloseTo(0.25, within(1e-12));
    }

    /** The same rows are wrong in both but for 20 of 200: a difference of 0.1, whose standard error is 0.021. */
    @Test
    void over_pairedRows_intervalIsThatOfTheDifference() {
        Interval interval = judged(180).over(judged(160)).interval();

        assertThat(interval.low()).isCloseTo(0.1 - 1.96 * Math.sqrt(0.1 * 0.9 / ROWS), within(0.01));
        assertThat(interval.high()).isCloseTo(0.1 + 1.96 * Math.sqrt(0.1 * 0.9 / ROWS), within(0.01));
    }

    /** Of an error less is better, so that a positive difference is always good news. */
    @Test
    void over_errors_lessIsBetter() {
        Evaluation near = RegressionEvaluation.of(new float[] {1, 2, 3}, new float[] {1, 2, 3.1f});
        Evaluation far = RegressionEvaluation.of(new float[] {1, 2, 3}, new float[] {2, 3, 4});

        assertThat(new Repeated("mse", List.of(near))
                        .over(new Repeated("mse", List.of(far)))
                        .value())
                .isPositive();
    }

    @Test
    void of_pretrainedFarAbove_helpsAndTakesTheBest() {
        TransferVerdict verdict = TransferVerdict.of(List.of(
                        contender("words", false, 150, 1),
                        contender("m, scratch", false, 140, 50),
                        contender("m, full", true, 190, 60)))
                .orElseThrow();

        assertThat(verdict.kind()).isEqualTo(Kind.HELPS);
        assertThat(verdict.floor().name()).isEqualTo("words");
        assertThat(verdict.take().name()).isEqualTo("m, full");
        assertThat(verdict.sentence())
                .startsWith("Transfer helps: m, full is +20.0 points from words (95 % interval +");
    }

    @Test
    void of_pretrainedBelow_hurtsAndTakesTheFloor() {
        TransferVerdict verdict = TransferVerdict.of(
                        List.of(contender("words", false, 190, 1), contender("m, full", true, 150, 60)))
                .orElseThrow();

        assertThat(verdict.kind()).isEqualTo(Kind.HURTS);
        assertThat(verdict.take().name()).isEqualTo("words");
        assertThat(verdict.sentence()).startsWith("Transfer hurts: m, full is -20.0 points from words");
    }

    @Test
    void of_oneRowMore_doesNothingAndTakesTheCheapest() {
        TransferVerdict verdict = TransferVerdict.of(
                        List.of(contender("words", false, 180, 1), contender("m, full", true, 181, 60)))
                .orElseThrow();

        assertThat(verdict.kind()).isEqualTo(Kind.DOES_NOTHING);
        assertThat(verdict.take().name()).isEqualTo("words");
        assertThat(verdict.sentence())
                .contains("does nothing that these 200 rows can tell")
                .contains("Take words");
    }

    @Test
    void of_oneSideAlone_isEmpty() {
        assertThat(TransferVerdict.of(List.of(contender("m, full", true, 190, 60))))
                .isEmpty();
        assertThat(TransferVerdict.of(List.of(contender("words", false, 190, 60))))
                .isEmpty();
    }

    @Test
    void repeated_nothingOrOtherRows_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Repeated("accuracy", List.of()))
                .withMessageContaining("got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> judged(10).over(new Repeated("macro_f1", List.of(right(10)))))
                .withMessageContaining("accuracy of 200 and macro_f1 of 200");
    }
}
