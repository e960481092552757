package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Expected values are scikit-learn 1.9.1's:
 *
 * <pre>{@code
 * import numpy as np; from sklearn.metrics import *
 * gold = [0,0,0,1,1,2,2,2,2,0]; L = [0,1,2,3]
 * p = np.array([[.7,.2,.1],[.1,.6,.3],[.5,.25,.25],[.2,.7,.1],[.4,.35,.25],[.1,.1,.8],[.3,.3,.4],
 *               [.25,.5,.25],[0,0,1],[1,0,0]], dtype=np.float32).astype(float)
 * P = np.concatenate([p, np.zeros((10,1))], 1); pred = P.argmax(1)
 * for a in 'macro micro weighted'.split():
 *   print(precision_recall_fscore_support(gold, pred, labels=L, average=a, zero_division=0))
 * print(accuracy_score(gold, pred), matthews_corrcoef(gold, pred), log_loss(gold, P, labels=L))
 * # label against the rest, without label 3, which no example has
 * print(np.mean([roc_auc_score(np.array(gold) == k, p[:,k]) for k in range(3)]))
 * print(np.mean([average_precision_score(np.array(gold) == k, p[:,k]) for k in range(3)]))
 * }</pre>
 */
class SingleLabelEvaluationTest {
    private static final double ROUNDING = 1e-12; // double sums in another order
    private static final List<String> LABELS = List.of("bad", "fair", "good", "unseen");
    private static final int[] GOLD = {0, 0, 0, 1, 1, 2, 2, 2, 2, 0};
    private static final float[][] PROBABILITIES = {
        {.7f, .2f, .1f, 0}, {.1f, .6f, .3f, 0}, {.5f, .25f, .25f, 0}, {.2f, .7f, .1f, 0}, {.4f, .35f, .25f, 0},
        {.1f, .1f, .8f, 0}, {.3f, .3f, .4f, 0}, {.25f, .5f, .25f, 0}, {0, 0, 1, 0}, {1, 0, 0, 0}
    };

    private static SingleLabelEvaluation fourLabels() {
        return SingleLabelEvaluation.of(LABELS, GOLD, PROBABILITIES);
    }

    @Test
    void metric_fourLabelsOneUnseen_equalsScikitLearn() {
        SingleLabelEvaluation evaluation = fourLabels();

        assertThat(evaluation.metric("accuracy")).isCloseTo(0.7, within(ROUNDING));
        assertThat(evaluation.metric("micro_f1")).isCloseTo(0.7, within(ROUNDING));
        assertThat(evaluation.metric("macro_f1")).isCloseTo(0.5017857142857143, within(ROUNDING));
        assertThat(evaluation.metric("macro_precision")).isCloseTo(0.5208333333333333, within(ROUNDING));
        assertThat(evaluation.metric("macro_recall")).isCloseTo(0.5, within(ROUNDING));
        assertThat(evaluation.metric("weighted_f1")).isCloseTo(0.7228571428571428, within(ROUNDING));
        assertThat(evaluation.metric("matthews")).isCloseTo(0.5539117094069973, within(ROUNDING));
        assertThat(evaluation.metric("log_loss")).isCloseTo(0.7284632936624602, within(ROUNDING));
        assertThat(evaluation.metric("loss")).isEqualTo(evaluation.metric("log_loss"));
        assertThat(evaluation.metric("roc_auc")).isCloseTo(0.8680555555555555, within(ROUNDING));
        assertThat(evaluation.metric("average_precision")).isCloseTo(0.8346560846560847, within(ROUNDING));
    }

    @Test
    void confusion_fourLabels_hasTrueLabelsInRows() {
        ConfusionMatrix confusion = fourLabels().confusion();

        assertThat(confusion)
                .hasToString("[bad, fair, good, unseen] [[3, 1, 0, 0], [1, 1, 0, 0], [0, 1, 3, 0], [0, 0, 0, 0]]");
        assertThat(confusion.count(2, 1)).isEqualTo(1);
        assertThat(confusion.support(2)).isEqualTo(4);
        assertThat(confusion.examples()).isEqualTo(10);
    }

    @Test
    void perClass_labelMissingFromGoldAndPredictions_scoresZero() {
        List<ClassScore> scores = fourLabels().perClass();

        assertThat(scores.get(0)).isEqualTo(new ClassScore("bad", 0.75, 0.75, 0.75, 4));
        assertThat(scores.get(2)).isEqualTo(new ClassScore("good", 1, 0.75, 6.0 / 7, 4));
        assertThat(scores.get(3)).isEqualTo(new ClassScore("unseen", 0, 0, 0, 0));
    }

    /**
     * A thousand pairs from a generator written out in both languages:
     *
     * <pre>{@code
     * def lcg(n, s):
     *   out = []
     *   for _ in range(n): s = (s*1103515245+12345) % 2**31; out.append(s >> 16)
     *   return out
     * r = lcg(2000, 7); g = [x % 5 for x in r[:1000]]
     * p = [g[i] if r[1000+i] % 3 else r[1000+i]//3 % 5 for i in range(1000)]
     * rng = np.random.default_rng(0); G = np.array(g); P = np.array(p)
     * v = [f1_score(G[i], P[i], average='macro') for i in rng.integers(0, 1000, (1000, 1000))]
     * print(np.percentile(v, [2.5, 97.5]))
     * }</pre>
     */
    @Test
    void metric_thousandPairs_equalsScikitLearn() {
        SingleLabelEvaluation evaluation = thousand();

        assertThat(evaluation.metric("accuracy")).isEqualTo(0.72);
        assertThat(evaluation.metric("macro_f1")).isCloseTo(0.7198109053617376, within(ROUNDING));
        assertThat(evaluation.metric("weighted_f1")).isCloseTo(0.7199324105595338, within(ROUNDING));
        assertThat(evaluation.metric("matthews")).isCloseTo(0.6500403287574809, within(ROUNDING));
    }

    @Test
    void interval_macroF1OfThousandPairs_isNearNumpysBootstrap() {
        Interval interval = thousand().interval("macro_f1");

        // Both intervals come from 1000 resamples with other random numbers: their ends differ by about 0.002.
        assertThat(interval.low()).isCloseTo(0.69159191, within(0.006));
        assertThat(interval.high()).isCloseTo(0.74684914, within(0.006));
        assertThat(interval).isEqualTo(thousand().interval("macro_f1"));
    }

    @Test
    void interval_accuracy_isWilsons() {
        // scipy.stats.binomtest(7, 10).proportion_ci(method='wilson')
        Interval interval = fourLabels().interval("accuracy");

        assertThat(interval.low()).isCloseTo(0.3967781, within(1e-6));
        assertThat(interval.high()).isCloseTo(0.8922087, within(1e-6));
    }

    @Test
    void interval_logLoss_holdsTheLoss() {
        SingleLabelEvaluation evaluation = fourLabels();

        assertThat(evaluation.interval("log_loss").contains(evaluation.metric("log_loss")))
                .isTrue();
        assertThat(evaluation.interval("log_loss").low()).isGreaterThan(0);
    }

    @Test
    void matthews_twoLabels_equalsTheBinaryFormula() {
        // 6 true positives, 3 true negatives, 1 false positive, 2 false negatives:
        // (6*3 - 1*2) / sqrt(7 * 8 * 4 * 5) = 16 / sqrt(1120)
        int[] gold = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
        int[] predicted = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1};

        assertThat(SingleLabelEvaluation.of(List.of("no", "yes"), gold, predicted)
                        .metric("matthews"))
                .isCloseTo(16 / Math.sqrt(1120), within(ROUNDING));
    }

    @Test
    void matthews_constantPredictions_isZero() {
        SingleLabelEvaluation evaluation =
                SingleLabelEvaluation.of(List.of("no", "yes"), new int[] {0, 1, 1}, new int[] {1, 1, 1});

        assertThat(evaluation.metric("matthews")).isZero();
        assertThat(evaluation.metric("macro_f1")).isCloseTo(0.4, within(ROUNDING)); // (0 + 4/5) / 2
    }

    @Test
    void logLoss_certainAndWrong_isClippedAtEpsilon() {
        SingleLabelEvaluation evaluation =
                SingleLabelEvaluation.of(List.of("no", "yes"), new int[] {0}, new float[][] {{0, 1}});

        assertThat(evaluation.metric("log_loss")).isCloseTo(52 * Math.log(2), within(ROUNDING)); // eps = 2^-52
    }

    @Test
    void predicted_equalProbabilities_isTheFirstLabel() {
        SingleLabelEvaluation evaluation = SingleLabelEvaluation.of(
                List.of("no", "yes"), new int[] {0, 1}, new float[][] {{.5f, .5f}, {.5f, .5f}});

        assertThat(evaluation.confusion()).hasToString("[no, yes] [[1, 0], [1, 0]]");
    }

    @Test
    void metricNames_withoutProbabilities_haveNoLoss() {
        SingleLabelEvaluation evaluation =
                SingleLabelEvaluation.of(List.of("no", "yes"), new int[] {0, 1}, new int[] {0, 1});

        assertThat(evaluation.metricNames()).contains("accuracy").doesNotContain("log_loss", "loss");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> evaluation.metric("loss"))
                .withMessage("there is no metric 'loss' here. Choose one of: accuracy, macro_f1, micro_f1, weighted_f1,"
                        + " macro_precision, macro_recall, matthews.");
    }

    @Test
    void everyMetric_oneExample_isFiniteWithFiniteInterval() {
        SingleLabelEvaluation evaluation =
                SingleLabelEvaluation.of(List.of("no", "yes"), new int[] {1}, new float[][] {{.9f, .1f}});

        assertThat(evaluation.metricNames()).allSatisfy(name -> {
            assertThat(evaluation.metric(name)).isFinite();
            assertThat(evaluation.interval(name)).isNotNull(); // an Interval refuses NaN
        });
    }

    @Test
    void of_changedArrayAfterwards_keepsItsOwnCopy() {
        int[] gold = {0, 1};
        SingleLabelEvaluation evaluation = SingleLabelEvaluation.of(List.of("no", "yes"), gold, new int[] {0, 1});
        gold[0] = 1;

        assertThat(evaluation.interval("macro_f1").high()).isEqualTo(1);
        assertThat(evaluation.perClass().get(0).support()).isEqualTo(1);
    }

    @Test
    void mistakes_surestFirst_nameBothLabels() {
        assertThat(fourLabels().mistakes(2))
                .extracting(Mistake::example, Mistake::gold, Mistake::predicted)
                .containsExactly(tuple(1, "bad", "fair"), tuple(7, "good", "fair"));
        assertThat(fourLabels().mistakes(2).get(0).weight()).isCloseTo(0.6, within(1e-7));
        assertThat(fourLabels().mistakes(99)).hasSize(3);
    }

    @Test
    void value_someRows_isThatOfTheseExamplesAlone() {
        Metrics metrics = fourLabels().metrics();

        assertThat(metrics.value("accuracy", new int[] {0, 1})).isEqualTo(0.5);
        assertThat(metrics.interval("accuracy", new int[] {0, 1})).isEqualTo(Interval.wilson(1, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metrics.value("accuracy", new int[0]))
                .withMessage("metric 'accuracy' needs 1 row or more, got none");
    }

    @Test
    void of_wrongInput_saysWhereAndHowToMend() {
        List<String> labels = List.of("no", "yes");

        assertRefused(
                labels,
                new int[] {0, 2},
                new int[] {0, 0},
                "example 1: the gold label id is 2, but the labels [no, yes] have the ids 0 to 1.");
        assertRefused(
                labels,
                new int[] {0},
                new int[] {0, 0},
                "1 gold answers but 2 predictions. Give one prediction for each example, in the same order.");
        assertRefused(labels, new int[] {}, new int[] {}, "there are no examples to evaluate. Give 1 or more.");
        assertRefused(
                List.of("no", "no"),
                new int[] {0},
                new int[] {0},
                "labels must differ, got [no, no]. Remove the repeated one.");
    }

    @Test
    void of_noDistribution_saysWhichExample() {
        List<String> labels = List.of("no", "yes");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SingleLabelEvaluation.of(labels, new int[] {0}, new float[][] {{Float.NaN, 1}}))
                .withMessageContaining("example 0, label 0: NaN is no probability in [0, 1]")
                .withMessageContaining("diverged");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SingleLabelEvaluation.of(labels, new int[] {0}, new float[][] {{.5f, .25f}}))
                .withMessage(
                        "example 0: the probabilities sum to 0.75, expected 1. Apply softmax to the logits first.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SingleLabelEvaluation.of(labels, new int[] {0}, new float[][] {{1}}))
                .withMessage("example 0: 1 probabilities, expected 2.");
    }

    @Test
    void toJson_fourLabels_readsBack() throws Exception {
        ObjectNode json =
                (ObjectNode) new ObjectMapper().readTree(fourLabels().toJson().toString());

        assertThat(json.get("examples").intValue()).isEqualTo(10);
        assertThat(json.get("accuracy").doubleValue()).isEqualTo(0.7);
        assertThat(json.get("labels")).hasToString("[\"bad\",\"fair\",\"good\",\"unseen\"]");
        assertThat(json.get("confusion")).hasToString("[[3,1,0,0],[1,1,0,0],[0,1,3,0],[0,0,0,0]]");
        assertThat(json.get("per_class").get(0))
                .hasToString("{\"label\":\"bad\",\"precision\":0.75,\"recall\":0.75,\"f1\":0.75,\"support\":4}");
        assertThat(json.get("accuracy_interval").get(0).doubleValue()).isCloseTo(0.3967781, within(1e-6));
        assertThat(json.get("accuracy_interval").get(1).doubleValue()).isCloseTo(0.8922087, within(1e-6));
        assertThat(json.has("macro_f1") && json.has("matthews") && json.has("log_loss"))
                .isTrue();
    }

    @Test
    void table_fourLabels_readsAsWritten() {
        assertThat(fourLabels().table()).isEqualTo("""
                        label                                    precision    recall        f1   support
                        bad                                         0.7500    0.7500    0.7500         4
                        fair                                        0.3333    0.5000    0.4000         2
                        good                                        1.0000    0.7500    0.8571         4
                        unseen                                      0.0000    0.0000    0.0000         0

                        macro average                               0.5208    0.5000    0.5018        10
                        weighted average                            0.7667    0.7000    0.7229        10

                        accuracy         0.7000   95 % interval 0.3968 to 0.8922, 10 examples
                        macro f1         0.5018   95 % interval MACRO, 10 examples
                        matthews         0.5539
                        roc auc          0.8681
                        log loss         0.7285
                        ece              0.1600

                        confusion, true labels in rows, predicted labels in columns
                                   bad    fair    good  unseen
                        bad          3       1       0       0
                        fair         1       1       0       0
                        good         0       1       3       0
                        unseen       0       0       0       0
                        """.replace(
                        "MACRO", fourLabels().interval("macro_f1").toString()));
    }

    @Test
    void table_manyLongLabels_staysWithinEightyColumns() {
        for (int count : new int[] {2, 7, 12, 13, 77}) {
            List<String> labels = IntStream.range(0, count)
                    .mapToObj(i -> i + " ein\nsehr langes Etikett mit Umlauten äöü und noch mehr Wörtern, sogar 😀")
                    .toList();
            int[] ids = IntStream.range(0, 12345).map(i -> i * 31 % count).toArray();
            String table = SingleLabelEvaluation.of(labels, ids, ids).table();

            assertThat(table.lines())
                    .allSatisfy(line ->
                            assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(80));
            assertThat(table.contains("confusion")).isEqualTo(count <= 12);
        }
    }

    private static void assertRefused(List<String> labels, int[] gold, int[] predicted, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SingleLabelEvaluation.of(labels, gold, predicted))
                .withMessage(message);
    }

    private static SingleLabelEvaluation thousand() {
        int[] random = new int[2000];
        long state = 7;
        for (int i = 0; i < random.length; i++) {
            state = (state * 1103515245L + 12345) % (1L << 31);
            random[i] = (int) (state >> 16);
        }
        int[] gold = IntStream.range(0, 1000).map(i -> random[i] % 5).toArray();
        int[] predicted = IntStream.range(0, 1000)
                .map(i -> random[1000 + i] % 3 != 0 ? gold[i] : random[1000 + i] / 3 % 5)
                .toArray();
        return SingleLabelEvaluation.of(List.of("a", "b", "c", "d", "e"), gold, predicted);
    }
}
