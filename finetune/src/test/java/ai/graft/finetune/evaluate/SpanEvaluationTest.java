package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.AnswerSpan;
import ai.graft.datasets.Question;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Figures are sums done by hand; those over real files stand in {@link SharedSquadTest}. */
class SpanEvaluationTest {
    private static final double ROUNDING = 1e-12;
    private static final String CONTEXT = "the quick brown fox";
    private static final Question FOX = answered("fox", "brown fox", "fox");
    private static final Question QUICK = answered("quick", "quick");
    private static final Question NONE = Question.of("none", "q", CONTEXT, List.of());
    private static final Question NEVER = Question.of("never", "q", CONTEXT, List.of());

    private static Question answered(String id, String... answers) {
        List<AnswerSpan> spans = Arrays.stream(answers)
                .map(answer -> new AnswerSpan(answer, CONTEXT.indexOf(answer)))
                .toList();
        return Question.of(id, "q", CONTEXT, spans);
    }

    private static SpanEvaluation version1() {
        Map<String, String> answers = Map.of("fox", "The quick fox!", "quick", "quick");
        return SpanEvaluation.of(List.of(FOX, QUICK), SpanPredictions.of(answers));
    }

    /** Answers with no-answer scores 0.1 (right), 0.3 (given, but there is none), 0.5 (half right), 0.7 (rightly none). */
    private static SpanEvaluation version2() {
        Map<String, String> answers = new LinkedHashMap<>();
        answers.put("fox", "fox");
        answers.put("quick", "quick brown fox");
        answers.put("none", "fox");
        answers.put("never", "");
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("never", 0.7);
        scores.put("quick", 0.5);
        scores.put("none", 0.3);
        scores.put("fox", 0.1);
        return SpanEvaluation.of(List.of(FOX, QUICK, NONE, NEVER), new SpanPredictions(answers, scores));
    }

    /** "quick fox" against "fox": precision 1/2, recall 1, F1 2/3; against "brown fox" 1/2. The better one counts. */
    @Test
    void metric_severalGolds_isTheBestOfThemInPercent() {
        SpanEvaluation evaluation = version1();

        assertThat(evaluation.version()).isEqualTo(SquadVersion.V1_1);
        assertThat(evaluation.metricNames()).containsExactly("f1", "exact_match");
        assertThat(evaluation.metric("f1")).isCloseTo(100 * (2 / 3.0 + 1) / 2, within(1e-10));
        assertThat(evaluation.metric("exact_match")).isEqualTo(50);
        assertThat(evaluation.examples()).isEqualTo(2);
        assertThat(evaluation.calibration()).isEmpty();
    }

    /** "quick brown fox" against "quick": precision 1/3, recall 1, F1 1/2. */
    @Test
    void metric_questionsWithoutAnswer_areCountedApart() {
        SpanEvaluation evaluation = version2();

        assertThat(evaluation.version()).isEqualTo(SquadVersion.V2_0);
        assertThat(evaluation.metricNames())
                .containsExactly(
                        "f1",
                        "exact_match",
                        "HasAns_f1",
                        "HasAns_exact",
                        "NoAns_f1",
                        "NoAns_exact",
                        "best_f1",
                        "best_exact");
        assertThat(evaluation.metric("f1")).isEqualTo(100 * 2.5 / 4);
        assertThat(evaluation.metric("exact_match")).isEqualTo(50);
        assertThat(evaluation.metric("HasAns_f1")).isEqualTo(75);
        assertThat(evaluation.metric("HasAns_exact")).isEqualTo(50);
        assertThat(evaluation.metric("NoAns_f1")).isEqualTo(50);
        assertThat(evaluation.metric("NoAns_exact")).isEqualTo(50);
    }

    /** Begins with 2 of 4 (none answered); +1 at 0.1 gives 3, -1 at 0.3, +0.5 at 0.5, +0 at 0.7. */
    @Test
    void bestThreshold_answersGivenOneByOne_isTheHighestSum() {
        SpanEvaluation evaluation = version2();

        assertThat(evaluation.bestF1()).contains(new BestThreshold(75, 0.1));
        assertThat(evaluation.bestExact()).contains(new BestThreshold(75, 0.1));
        assertThat(evaluation.metric("best_f1")).isEqualTo(75);
        assertThat(version1().bestF1()).isEmpty();
    }

    @Test
    void withThreshold_scoreAbove_makesTheAnswerEmpty() {
        SpanPredictions predictions =
                new SpanPredictions(Map.of("a", "x", "b", "y", "c", "z"), Map.of("a", 0.5, "b", 0.6));

        assertThat(predictions.withThreshold(0.5).answers())
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "x", "b", "", "c", "z"));
        assertThat(predictions.withThreshold(0.5).noAnswerScores()).isEqualTo(predictions.noAnswerScores());
    }

    /** With the best threshold applied, the metric is the best one where scores differ. */
    @Test
    void withThreshold_best_givesTheBestMetric() {
        Map<String, String> answers = Map.of("fox", "fox", "quick", "quick brown fox", "none", "fox", "never", "");
        Map<String, Double> scores = Map.of("fox", 0.1, "none", 0.3, "quick", 0.5, "never", 0.7);
        SpanPredictions best = new SpanPredictions(answers, scores).withThreshold(0.1);

        assertThat(SpanEvaluation.of(List.of(FOX, QUICK, NONE, NEVER), best).metric("f1"))
                .isEqualTo(75);
    }

    @Test
    void missingPredictions_countAsWrong_alsoWhereThereIsNoAnswer() {
        SpanPredictions some = new SpanPredictions(
                Map.of("fox", "fox", "other", "x"), Map.of("fox", 0.2)); // as in the script, the total stays whole
        SpanEvaluation evaluation = SpanEvaluation.of(List.of(FOX, QUICK, NONE, NEVER), some);

        assertThat(evaluation.metric("f1")).isEqualTo(25);
        assertThat(evaluation.metric("NoAns_f1")).isZero();
        assertThat(evaluation.metric("best_f1")).isEqualTo(25);
        assertThat(evaluation.missing()).isEqualTo(3);
        assertThat(some.missing(List.of(FOX, QUICK, NONE, NEVER))).containsExactly("quick", "none", "never");
        assertThat(some.unknown(List.of(FOX, QUICK, NONE, NEVER))).containsExactly("other");
    }

    @Test
    void interval_everyMetric_isFiniteAndHoldsTheValue() {
        SpanEvaluation evaluation = version2();

        assertThat(evaluation.metricNames())
                .allSatisfy(name -> assertThat(evaluation.interval(name).contains(evaluation.metric(name)))
                        .isTrue());
        assertThat(evaluation.interval("exact_match")).isEqualTo(new Interval(0, 100)); // 4 examples, 2 right
    }

    @Test
    void mistakes_furthestFirst_nameAllRightAnswers() {
        assertThat(version1().mistakes(5)).singleElement().satisfies(mistake -> {
            assertThat(mistake.gold()).isEqualTo("brown fox / fox");
            assertThat(mistake.predicted()).isEqualTo("The quick fox!");
            assertThat(mistake.weight()).isCloseTo(1 / 3.0, within(ROUNDING));
        });
        assertThat(version2().mistakes(5))
                .containsExactly(new Mistake(2, "", "fox", 1), new Mistake(1, "quick", "quick brown fox", 0.5));
        assertThat(version2().mistakes(1)).hasSize(1);
    }

    @Test
    void toJson_versions_haveTheKeysOfTheScripts() throws Exception {
        JsonNode first = new ObjectMapper().readTree(version1().toJson().toString());
        JsonNode second = new ObjectMapper().readTree(version2().toJson().toString());

        assertThat(first.get("task").asText()).isEqualTo("question_answering");
        assertThat(first.get("total").asInt()).isEqualTo(2);
        assertThat(first.get("f1_interval")).hasSize(2);
        assertThat(first.has("HasAns_total")).isFalse();
        assertThat(second.get("HasAns_total").asInt()).isEqualTo(2);
        assertThat(second.get("NoAns_total").asInt()).isEqualTo(2);
        assertThat(second.get("best_exact").asDouble()).isEqualTo(75);
        assertThat(second.get("best_exact_thresh").asDouble()).isEqualTo(0.1);
        assertThat(second.get("best_f1_thresh").asDouble()).isEqualTo(0.1);
        assertThat(second.get("squad").asText()).isEqualTo("2.0");
    }

    @Test
    void table_hasAnIntervalForEachMetric() {
        assertThat(version2().table().lines()).hasSize(1 + 8 + 2).allMatch(line -> line.length() <= 80);
        assertThat(version2().table())
                .startsWith("in percent, by the rules of SQuAD 2.0\nf1               62.5000   95 % interval ")
                .containsPattern("HasAns f1 +75.0000   95 % interval .*, 2 examples\n")
                .containsPattern("best f1 thresh +0.1000\n");
    }

    @Test
    void comparison_ofTwoSystems_countsWhoIsRight() {
        Map<String, String> better = Map.of("fox", "fox", "quick", "quick");
        SpanEvaluation second = SpanEvaluation.of(List.of(FOX, QUICK), SpanPredictions.of(better));
        Comparison comparison = Comparison.of(second, version1());

        assertThat(comparison.mcNemar().orElseThrow().onlyFirst()).isEqualTo(1);
        assertThat(comparison.mcNemar().orElseThrow().onlySecond()).isZero();
        assertThat(comparison.differences().get("exact_match"))
                .extracting(Comparison.Difference::value)
                .isEqualTo(50.0);
        assertThat(second)
                .isNotEqualTo(version1())
                .hasSameHashCodeAs(SpanEvaluation.of(List.of(FOX, QUICK), SpanPredictions.of(better)));
        assertThat(version2()).isEqualTo(version2());
    }

    @Test
    void of_wrongInput_saysWhatAndHowToMend() {
        Question unknown = new Question("u", "q", CONTEXT, List.of(), List.of(), false);
        SpanPredictions none = SpanPredictions.of(Map.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpanEvaluation.of(List.of(), none))
                .withMessage("there are no questions to evaluate. Give 1 or more.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpanEvaluation.of(List.of(FOX, unknown), none))
                .withMessageContaining("not known of 1 of 2 questions, the first 'u'.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpanEvaluation.of(List.of(FOX, NONE, NEVER), none, SquadVersion.V1_1))
                .withMessageContaining("has no questions without answer, but 2 of 3 are, the first 'none'.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpanEvaluation.of(
                        List.of(FOX, NONE), new SpanPredictions(Map.of("fox", "", "none", ""), Map.of("fox", 0.5))))
                .withMessageContaining("1 answers have no no-answer score, the first 'none'.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SpanPredictions(Map.of(), Map.of("x", Double.NaN)))
                .withMessageContaining("the no-answer score of 'x' is NaN");
    }
}
