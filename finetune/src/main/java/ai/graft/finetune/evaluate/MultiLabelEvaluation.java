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
 * Evaluation of a task with any number of labels an example, none included.
 *
 * <p>Metrics: {@code micro_f1}, {@code macro_f1}, {@code weighted_f1}, {@code micro_precision}, {@code micro_recall},
 * {@code macro_precision}, {@code macro_recall}, {@code subset_accuracy} (share of examples with every label right),
 * {@code hamming_loss} (share of wrong cells) and {@code loss} (binary cross-entropy, mean over all cells,
 * probabilities clipped at the epsilon of double). Definitions as in scikit-learn with {@code zero_division=0}.
 */
public final class MultiLabelEvaluation implements Evaluation {
    private static final Map<String, ToDoubleFunction<Tally>> AVERAGES = averages();

    private final List<String> labels;
    private final double threshold;
    private final boolean[][] gold;
    private final boolean[][] predicted;
    private final double[] losses;
    private final double[] wrongCells; // share of wrong cells by example
    private final MetricTable metrics;

    private MultiLabelEvaluation(
            List<String> labels, double threshold, boolean[][] gold, boolean[][] predicted, double[] losses) {
        this.labels = labels;
        this.threshold = threshold;
        this.gold = gold;
        this.predicted = predicted;
        this.losses = losses;
        this.wrongCells = IntStream.range(0, gold.length)
                .mapToDouble(i -> wrongShare(gold[i], predicted[i]))
                .toArray();
        this.metrics = new MetricTable(values());
    }

    /**
     * Evaluates probabilities; a label is predicted where its probability is {@code threshold} or more.
     *
     * @param labels names by label id, 1 or more
     * @param gold whether an example has a label, (N, L), N ≥ 1
     * @param probabilities (N, L), each in [0, 1]
     * @param threshold in [0, 1], usually 0.5
     * @throws IllegalArgumentException if shapes disagree or a value is out of range; the message names the example
     */
    public static MultiLabelEvaluation of(
            List<String> labels, boolean[][] gold, float[][] probabilities, double threshold) {
        List<String> names = Checks.labels(labels, 1);
        Checks.sameExamples(gold.length, probabilities.length);
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("the threshold is " + threshold + ", expected 0 to 1. Try 0.5.");
        }
        boolean[][] truth = new boolean[gold.length][];
        boolean[][] predicted = new boolean[gold.length][names.size()];
        double[] losses = new double[gold.length];
        for (int i = 0; i < gold.length; i++) {
            Checks.width("gold values", i, gold[i].length, names.size());
            Checks.width("probabilities", i, probabilities[i].length, names.size());
            truth[i] = gold[i].clone();
            losses[i] = compare(i, gold[i], probabilities[i], threshold, predicted[i]);
        }
        return new MultiLabelEvaluation(names, threshold, truth, predicted, losses);
    }

    /** Names by label id. */
    public List<String> labels() {
        return labels;
    }

    /** The probability from which a label counted as predicted. */
    public double threshold() {
        return threshold;
    }

    /** Precision, recall, F1 and support by label id. */
    public List<ClassScore> perClass() {
        return tally(everyRow()).scores(labels);
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
        return switch (name) {
            case "subset_accuracy" -> Interval.wilson(exact(), gold.length);
            case "hamming_loss" -> bootstrap(rows -> CrossEntropy.mean(wrongCells, rows));
            case "loss" -> bootstrap(rows -> CrossEntropy.mean(losses, rows));
            default -> bootstrap(rows -> average(name, tally(rows)));
        };
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("task", "multi_label")
                .put("examples", examples())
                .put("threshold", threshold);
        metrics.writeTo(json);
        for (String name : List.of("micro_f1", "macro_f1", "subset_accuracy")) {
            json.set(name + "_interval", interval(name).toJson());
        }
        ArrayNode names = json.putArray("labels");
        labels.forEach(names::add);
        ArrayNode scores = json.putArray("per_class");
        perClass().forEach(score -> scores.add(score.toJson()));
        return json;
    }

    @Override
    public String table() {
        Tally tally = tally(everyRow());
        int support =
                tally.scores(labels).stream().mapToInt(ClassScore::support).sum();
        TextTable text = new TextTable();
        text.classScores(tally.scores(labels));
        text.average("micro average", tally.microPrecision(), tally.microRecall(), tally.microF1(), support);
        text.average("macro average", tally.macroPrecision(), tally.macroRecall(), tally.macroF1(), support);
        text.gap();
        text.metric(this, "micro_f1");
        text.metric(this, "macro_f1");
        text.metric(this, "subset_accuracy");
        text.metric("hamming_loss", metric("hamming_loss"));
        text.metric("loss", metric("loss"));
        return text.toString();
    }

    /** Fills one row of predictions and gives its mean cross-entropy. */
    private static double compare(
            int example, boolean[] gold, float[] probabilities, double threshold, boolean[] predicted) {
        double sum = 0;
        for (int label = 0; label < gold.length; label++) {
            float probability = probabilities[label];
            Checks.probability(example, label, probability);
            predicted[label] = probability >= threshold;
            sum += CrossEntropy.ofTrue(gold[label] ? probability : 1 - (double) probability);
        }
        return sum / gold.length;
    }

    private static double wrongShare(boolean[] gold, boolean[] predicted) {
        int wrong = 0;
        for (int label = 0; label < gold.length; label++) {
            wrong += gold[label] == predicted[label] ? 0 : 1;
        }
        return (double) wrong / gold.length;
    }

    private Map<String, Double> values() {
        Tally tally = tally(everyRow());
        Map<String, Double> values = new LinkedHashMap<>();
        AVERAGES.forEach((name, average) -> values.put(name, average.applyAsDouble(tally)));
        values.put("subset_accuracy", (double) exact() / gold.length);
        values.put("hamming_loss", CrossEntropy.mean(wrongCells));
        values.put("loss", CrossEntropy.mean(losses));
        return values;
    }

    private Interval bootstrap(ToDoubleFunction<int[]> statistic) {
        return Bootstrap.standard().interval(gold.length, statistic);
    }

    private static double average(String name, Tally tally) {
        ToDoubleFunction<Tally> average = AVERAGES.get(name);
        if (average == null) {
            throw new AssertionError(name);
        }
        return average.applyAsDouble(tally);
    }

    private int exact() {
        return (int) Arrays.stream(wrongCells).filter(share -> share == 0).count();
    }

    private int[] everyRow() {
        return IntStream.range(0, gold.length).toArray();
    }

    private Tally tally(int[] rows) {
        Tally tally = new Tally(labels.size());
        for (int row : rows) {
            for (int label = 0; label < labels.size(); label++) {
                add(tally, label, gold[row][label], predicted[row][label]);
            }
        }
        return tally;
    }

    private static void add(Tally tally, int label, boolean gold, boolean predicted) {
        if (gold) {
            tally.addGold(label);
        }
        if (predicted) {
            tally.addPredicted(label);
        }
        if (gold && predicted) {
            tally.addBoth(label);
        }
    }

    private static Map<String, ToDoubleFunction<Tally>> averages() {
        Map<String, ToDoubleFunction<Tally>> averages = new LinkedHashMap<>();
        averages.put("micro_f1", Tally::microF1);
        averages.put("macro_f1", Tally::macroF1);
        averages.put("weighted_f1", Tally::weightedF1);
        averages.put("micro_precision", Tally::microPrecision);
        averages.put("micro_recall", Tally::microRecall);
        averages.put("macro_precision", Tally::macroPrecision);
        averages.put("macro_recall", Tally::macroRecall);
        return averages;
    }

    /** The table. */
    @Override
    public String toString() {
        return table();
    }
}
