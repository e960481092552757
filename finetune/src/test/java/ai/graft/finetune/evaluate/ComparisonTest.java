package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final List<String> LABELS = List.of("no", "yes");

    /** {@code scipy.stats.binomtest(5, 20).pvalue}, {@code binomtest(9, 24).pvalue} */
    @Test
    void pValue_fewDiscordant_isTheExactBinomial() {
        assertThat(new McNemar(5, 15).pValue()).isCloseTo(0.04138946533203125, within(1e-12));
        assertThat(new McNemar(15, 5).pValue()).isEqualTo(new McNemar(5, 15).pValue());
        assertThat(new McNemar(9, 15).pValue()).isCloseTo(0.30745625495910645, within(1e-12));
        assertThat(new McNemar(9, 15).method()).isEqualTo("exact binomial");
    }

    /** {@code scipy.stats.chi2.sf((abs(b - c) - 1)**2 / (b + c), 1)} */
    @Test
    void pValue_manyDiscordant_isChiSquareWithCorrection() {
        assertThat(new McNemar(10, 15).pValue()).isCloseTo(0.4237107971667936, within(1e-12));
        assertThat(new McNemar(59, 33).pValue()).isCloseTo(0.009149147579593769, within(1e-12));
        assertThat(new McNemar(59, 33).method()).isEqualTo("chi-square with continuity correction");
        assertThat(new McNemar(50, 50).pValue()).isEqualTo(1);
    }

    @Test
    void pValue_nothingTellsThemApart_isOne() {
        assertThat(new McNemar(0, 0).pValue()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new McNemar(-1, 0))
                .withMessageContaining("-1 and 0");
    }

    /** 200 examples; the first is wrong on 20, the second on 50, both on 10 of these. */
    private static Comparison comparison() {
        int[] gold = new int[200];
        int[] first = IntStream.range(0, 200).map(i -> i < 20 ? 1 : 0).toArray();
        int[] second =
                IntStream.range(0, 200).map(i -> i >= 10 && i < 60 ? 1 : 0).toArray();
        return Comparison.of(
                SingleLabelEvaluation.of(LABELS, gold, first), SingleLabelEvaluation.of(LABELS, gold, second));
    }

    @Test
    void of_twoModels_countsWhatOnlyOneHasRight() {
        assertThat(comparison().mcNemar()).contains(new McNemar(40, 10));
    }

    @Test
    void of_twoModels_differencesComeFromTheSameResamples() {
        Comparison.Difference accuracy =
                Objects.requireNonNull(comparison().differences().get("accuracy"));

        assertThat(accuracy.first()).isEqualTo(0.9);
        assertThat(accuracy.second()).isEqualTo(0.75);
        assertThat(accuracy.value()).isCloseTo(0.15, within(1e-12));
        // Paired: standard error √((50/200 − .15²)/200) = 0.0337; unpaired it would be √(.09/200 + .1875/200) = 0.0372.
        assertThat(accuracy.interval().high() - accuracy.interval().low()).isCloseTo(2 * 1.96 * 0.0337, within(0.008));
        assertThat(accuracy.interval().contains(0.15)).isTrue();
        assertThat(accuracy.interval().low()).isPositive();
    }

    @Test
    void of_sameModelTwice_differsByNothing() {
        SingleLabelEvaluation evaluation = SingleLabelEvaluation.of(LABELS, new int[] {0, 1, 1}, new int[] {0, 1, 0});
        Comparison same = Comparison.of(evaluation, evaluation);

        assertThat(same.differences().values())
                .extracting(Comparison.Difference::interval)
                .containsOnly(new Interval(0, 0));
        assertThat(same.mcNemar()).contains(new McNemar(0, 0));
    }

    @Test
    void of_regression_hasDifferencesAndNoTest() {
        RegressionEvaluation first = RegressionEvaluation.of(new float[] {1, 2, 3}, new float[] {1, 2, 4});
        RegressionEvaluation second = RegressionEvaluation.of(new float[] {1, 2, 3}, new float[] {3, 2, 1});
        Comparison comparison = Comparison.of(first, second);

        assertThat(comparison.mcNemar()).isEmpty();
        assertThat(comparison.differences().keySet()).containsExactly("pearson", "spearman", "mse");
        assertThat(Objects.requireNonNull(comparison.differences().get("spearman"))
                        .value())
                .isCloseTo(2, within(1e-12));
    }

    @Test
    void of_otherExamplesOrTask_refusedWithBoth() {
        SingleLabelEvaluation three = SingleLabelEvaluation.of(LABELS, new int[3], new int[3]);
        SingleLabelEvaluation two = SingleLabelEvaluation.of(LABELS, new int[2], new int[2]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Comparison.of(three, two))
                .withMessageContaining("got 3 and 2 examples");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Comparison.of(two, RegressionEvaluation.of(new float[2], new float[2])))
                .withMessageContaining("single_label and regression");
    }

    @Test
    void toJson_namesTheTest() {
        JsonNode json = comparison().toJson();

        assertThat(json.at("/mcnemar/only_first").intValue()).isEqualTo(40);
        assertThat(json.at("/mcnemar/method").textValue()).isEqualTo("chi-square with continuity correction");
        assertThat(json.at("/differences/accuracy/difference").doubleValue()).isCloseTo(0.15, within(1e-12));
        assertThat(json.at("/differences/accuracy/interval")).hasSize(2);
    }

    @Test
    void table_staysWithinEightyColumns() {
        assertThat(comparison().table().lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        assertThat(comparison().table()).contains("only the first 40 times, only the second 10 times");
    }
}
