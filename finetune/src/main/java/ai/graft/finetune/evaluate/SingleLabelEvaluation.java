package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Evaluation of a task with exactly one label an example.
 *
 * <p>Metrics: {@code accuracy}, {@code macro_f1} (the plain mean over all labels, also those that no example has),
 * {@code weighted_f1}, {@code micro_f1} (equal to accuracy), {@code macro_precision}, {@code macro_recall}, {@code
 * matthews}, and with probabilities {@code log_loss} and its second name {@code loss}. Definitions as in scikit-learn
 * with {@code labels=} all labels and {@code zero_division=0}; {@code matthews} is 0 where gold or predictions are
 * constant; {@code log_loss} clips probabilities at the epsilon of double.
 */
public final class SingleLabelEvaluation implements Evaluation {
    private static final Map<String, ToDoubleFunction<Tally>> METRICS = metrics();

    private final ConfusionMatrix confusion;
    private final int[] gold;
    private final int[] predicted;
    private final double[] losses; // empty where there were no probabilities
    private final MetricTable metrics;

    private SingleLabelEvaluation(List<String> labels, int[] gold, int[] predicted, double[] losses) {
        this.confusion = ConfusionMatrix.of(labels, gold, predicted);
        this.gold = gold;
        this.predicted = predicted;
        this.losses = losses;
        this.metrics = new MetricTable(values());
    }

    /**
     * Evaluates probabilities; the label predicted is the most probable one, the first of equals.
     *
     * @param labels names by label id, 2 or more
     * @param gold true label ids, (N), N ≥ 1
     * @param probabilities (N, L), each row in [0, 1] and summing to 1
     * @throws IllegalArgumentException if shapes disagree, an id is out of range, or a row is no distribution
     */
    public static SingleLabelEvaluation of(List<String> labels, int[] gold, float[][] probabilities) {
        List<String> names = Checks.labels(labels, 2);
        Checks.sameExamples(gold.length, probabilities.length);
        int[] predicted = new int[gold.length];
        double[] losses = new double[gold.length];
        for (int i = 0; i < gold.length; i++) {
            Checks.label("gold", i, gold[i], names);
            checkRow(i, probabilities[i], names.size());
            predicted[i] = mostProbable(probabilities[i]);
            losses[i] = CrossEntropy.ofTrue(probabilities[i][gold[i]]);
        }
        return new SingleLabelEvaluation(names, gold.clone(), predicted, losses);
    }

    /**
     * Evaluates predicted labels where no probabilities are known; there is then no {@code log_loss} nor {@code loss}.
     *
     * @param labels names by label id, 2 or more
     * @param gold true label ids, (N), N ≥ 1
     * @param predicted predicted label ids, (N)
     * @throws IllegalArgumentException if the lengths differ or an id is out of range
     */
    public static SingleLabelEvaluation of(List<String> labels, int[] gold, int[] predicted) {
        return new SingleLabelEvaluation(labels, gold.clone(), predicted.clone(), new double[0]);
    }

    /** Names by label id. */
    public List<String> labels() {
        return confusion.labels();
    }

    /** Counts by true and predicted label. */
    public ConfusionMatrix confusion() {
        return confusion;
    }

    /** Precision, recall, F1 and support by label id. */
    public List<ClassScore> perClass() {
        return tally(everyRow()).scores(labels());
    }

    @Override
    public int examples() {
        return gold.length;
    }

    @Override
    public double metric(String name) {
        return metrics.value(name);
    }

    @Override
    public List<String> metricNames() {
        return metrics.names();
    }

    @Override
    public Interval interval(String name) {
        double unused = metric(name); // an unknown name must fail with the list of names
        if (name.equals("accuracy") || name.equals("micro_f1")) {
            return Interval.wilson(tally(everyRow()).hits(), gold.length);
        }
        ToDoubleFunction<int[]> statistic =
                METRICS.containsKey(name) ? rows -> value(name, tally(rows)) : rows -> CrossEntropy.mean(losses, rows);
        return Bootstrap.standard().interval(gold.length, statistic);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("task", "single_label")
                .put("examples", examples());
        metrics.writeTo(json);
        json.set("accuracy_interval", interval("accuracy").toJson());
        json.set("macro_f1_interval", interval("macro_f1").toJson());
        ArrayNode names = json.putArray("labels");
        labels().forEach(names::add);
        json.set("confusion", confusion.toJson());
        ArrayNode scores = json.putArray("per_class");
        perClass().forEach(score -> scores.add(score.toJson()));
        return json;
    }

    @Override
    public String table() {
        Tally tally = tally(everyRow());
        TextTable text = new TextTable();
        text.classScores(tally.scores(labels()));
        text.average("macro average", tally.macroPrecision(), tally.macroRecall(), tally.macroF1(), examples());
        text.average(
                "weighted average", tally.weightedPrecision(), tally.weightedRecall(), tally.weightedF1(), examples());
        text.gap();
        text.metric(this, "accuracy");
        text.metric(this, "macro_f1");
        text.metric("matthews", metric("matthews"));
        if (losses.length > 0) {
            text.metric("log_loss", metric("log_loss"));
        }
        text.confusion(confusion);
        return text.toString();
    }

    private static void checkRow(int example, float[] row, int labels) {
        Checks.width("probabilities", example, row.length, labels);
        for (int label = 0; label < labels; label++) {
            Checks.probability(example, label, row[label]);
        }
        Checks.distribution(example, row);
    }

    private static int mostProbable(float[] probabilities) {
        int best = 0;
        for (int label = 1; label < probabilities.length; label++) {
            if (probabilities[label] > probabilities[best]) {
                best = label;
            }
        }
        return best;
    }

    private Map<String, Double> values() {
        Tally tally = tally(everyRow());
        Map<String, Double> values = new LinkedHashMap<>();
        METRICS.forEach((name, metric) -> values.put(name, metric.applyAsDouble(tally)));
        if (losses.length > 0) {
            double loss = CrossEntropy.mean(losses);
            values.put("log_loss", loss);
            values.put("loss", loss);
        }
        return values;
    }

    private static double value(String name, Tally tally) {
        ToDoubleFunction<Tally> metric = METRICS.get(name);
        if (metric == null) {
            throw new AssertionError(name);
        }
        return metric.applyAsDouble(tally);
    }

    private int[] everyRow() {
        return IntStream.range(0, gold.length).toArray();
    }

    private Tally tally(int[] rows) {
        Tally tally = new Tally(labels().size());
        for (int row : rows) {
            tally.addGold(gold[row]);
            tally.addPredicted(predicted[row]);
            if (gold[row] == predicted[row]) {
                tally.addBoth(gold[row]);
            }
        }
        return tally;
    }

    private static Map<String, ToDoubleFunction<Tally>> metrics() {
        Map<String, ToDoubleFunction<Tally>> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", Tally::microF1);
        metrics.put("macro_f1", Tally::macroF1);
        metrics.put("micro_f1", Tally::microF1);
        metrics.put("weighted_f1", Tally::weightedF1);
        metrics.put("macro_precision", Tally::macroPrecision);
        metrics.put("macro_recall", Tally::macroRecall);
        metrics.put("matthews", Tally::matthews);
        return metrics;
    }

    /** Equal where labels, answers and losses are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SingleLabelEvaluation that
                && labels().equals(that.labels())
                && Arrays.equals(gold, that.gold)
                && Arrays.equals(predicted, that.predicted)
                && Arrays.equals(losses, that.losses);
    }

    @Override
    public int hashCode() {
        return confusion.hashCode();
    }

    /** The table. */
    @Override
    public String toString() {
        return table();
    }
}
