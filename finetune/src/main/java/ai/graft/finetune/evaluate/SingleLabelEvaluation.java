package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Evaluation of a task with exactly one label an example.
 *
 * <p>Metrics: {@code accuracy}, {@code macro_f1} (the plain mean over all labels, also those that no example has),
 * {@code weighted_f1}, {@code micro_f1} (equal to accuracy), {@code macro_precision}, {@code macro_recall}, {@code
 * matthews}, and with probabilities {@code roc_auc}, {@code average_precision}, {@code log_loss} with its second name
 * {@code loss}, and {@code ece} ({@link Calibration}), with a temperature also {@code ece_uncalibrated}, what it would be
 * without. Definitions as in scikit-learn with {@code labels=} all labels and
 * {@code zero_division=0}; {@code matthews} is 0 where gold or predictions are constant; {@code log_loss} clips
 * probabilities at the epsilon of double. {@code roc_auc} and {@code average_precision} are of the second label where
 * there are two, else the plain mean of each label against the rest ({@code multi_class="ovr"}), labels left out for
 * which they are not defined; 0.5 and 0 where that leaves none.
 */
public final class SingleLabelEvaluation implements Evaluation {
    private final ConfusionMatrix confusion;
    private final int[] gold;
    private final int[] predicted;
    private final float[][] probabilities; // (N, L), or no row where there were none
    private final double temperature;
    private final float[][] uncalibrated; // the same at temperature 1
    private final double[] losses;
    private final Metrics metrics;

    private SingleLabelEvaluation(
            List<String> labels,
            int[] gold,
            int[] predicted,
            float[][] probabilities,
            double temperature,
            float[][] uncalibrated) {
        this.confusion = ConfusionMatrix.of(labels, gold, predicted);
        this.gold = gold;
        this.predicted = predicted;
        this.probabilities = probabilities;
        this.temperature = temperature;
        this.uncalibrated = uncalibrated;
        this.losses = IntStream.range(0, probabilities.length)
                .mapToDouble(i -> CrossEntropy.ofTrue(probabilities[i][gold[i]]))
                .toArray();
        this.metrics =
                new Metrics(gold.length, statistics(), Set.of("accuracy", "micro_f1"), List.of("accuracy", "macro_f1"));
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
        return of(labels, gold, probabilities, 1, probabilities);
    }

    /**
     * Evaluates probabilities that a temperature was applied to; the label predicted is that of the probabilities without it,
     * which it cannot change but by rounding.
     *
     * @param temperature that the logits were divided by
     * @param uncalibrated the probabilities of the logits as they are, (N, L)
     * @throws IllegalArgumentException as the other
     */
    public static SingleLabelEvaluation of(
            List<String> labels, int[] gold, float[][] probabilities, double temperature, float[][] uncalibrated) {
        List<String> names = Checks.labels(labels, 2);
        Checks.sameExamples(gold.length, probabilities.length);
        Checks.sameExamples(gold.length, uncalibrated.length);
        int[] predicted = new int[gold.length];
        for (int i = 0; i < gold.length; i++) {
            Checks.label("gold", i, gold[i], names);
            checkRow(i, probabilities[i], names.size());
            checkRow(i, uncalibrated[i], names.size());
            predicted[i] = mostProbable(uncalibrated[i]);
        }
        return new SingleLabelEvaluation(
                names, gold.clone(), predicted, copy(probabilities), temperature, copy(uncalibrated));
    }

    private static float[][] copy(float[][] rows) {
        return Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
    }

    /**
     * Evaluates predicted labels where no probabilities are known; there is then no metric of probabilities.
     *
     * @param labels names by label id, 2 or more
     * @param gold true label ids, (N), N ≥ 1
     * @param predicted predicted label ids, (N)
     * @throws IllegalArgumentException if the lengths differ or an id is out of range
     */
    public static SingleLabelEvaluation of(List<String> labels, int[] gold, int[] predicted) {
        return new SingleLabelEvaluation(labels, gold.clone(), predicted.clone(), new float[0][], 1, new float[0][]);
    }

    /** Names by label id. */
    public List<String> labels() {
        return confusion.labels();
    }

    /** What the logits were divided by for the probabilities; 1 where they are taken as they are. */
    public double temperature() {
        return temperature;
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
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public Optional<Calibration> calibration() {
        return losses.length == 0 ? Optional.empty() : Optional.of(calibration(probabilities, everyRow()));
    }

    /** How accurate the answers are of which the model is most sure; empty where there were no probabilities. */
    public Optional<RiskCoverage> riskCoverage() {
        if (losses.length == 0) {
            return Optional.empty();
        }
        double[] confidences =
                IntStream.range(0, gold.length).mapToDouble(this::confidence).toArray();
        boolean[] right = new boolean[gold.length];
        for (int i = 0; i < right.length; i++) {
            right[i] = right(i);
        }
        return Optional.of(RiskCoverage.of(confidences, right));
    }

    @Override
    public List<Mistake> mistakes(int most) {
        return IntStream.range(0, gold.length)
                .filter(i -> !right(i))
                .mapToObj(i -> new Mistake(i, labels().get(gold[i]), labels().get(predicted[i]), confidence(i)))
                .sorted(Comparator.comparingDouble(Mistake::weight).reversed())
                .limit(most)
                .toList();
    }

    /** Whether an example was given its label. */
    boolean right(int example) {
        return gold[example] == predicted[example];
    }

    /** The probability of the predicted label; 1 where there were no probabilities. */
    private double confidence(int example) {
        return losses.length == 0 ? 1 : probabilities[example][predicted[example]];
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("task", "single_label")
                .put("examples", examples());
        metrics.writeTo(json);
        if (temperature != 1) {
            json.put("temperature", temperature);
        }
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
        metrics.headline().forEach(name -> text.metric(this, name));
        for (String name : List.of("matthews", "roc_auc", "log_loss", "ece", "ece_uncalibrated")) {
            if (metricNames().contains(name)) {
                text.metric(name, metric(name));
            }
        }
        if (temperature != 1) {
            text.metric("temperature", temperature);
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

    private Map<String, ToDoubleFunction<int[]>> statistics() {
        Map<String, ToDoubleFunction<int[]>> all = new LinkedHashMap<>();
        all.put("accuracy", rows -> tally(rows).microF1());
        all.put("macro_f1", rows -> tally(rows).macroF1());
        all.put("micro_f1", rows -> tally(rows).microF1());
        all.put("weighted_f1", rows -> tally(rows).weightedF1());
        all.put("macro_precision", rows -> tally(rows).macroPrecision());
        all.put("macro_recall", rows -> tally(rows).macroRecall());
        all.put("matthews", rows -> tally(rows).matthews());
        if (losses.length > 0) {
            Rankings rankings = rankings();
            all.put("roc_auc", rankings::rocArea);
            all.put("average_precision", rankings::averagePrecision);
            all.put("log_loss", rows -> CrossEntropy.mean(losses, rows));
            all.put("loss", rows -> CrossEntropy.mean(losses, rows));
            all.put("ece", rows -> calibration(probabilities, rows).error());
        }
        if (temperature != 1) {
            all.put("ece_uncalibrated", rows -> calibration(uncalibrated, rows).error());
        }
        return all;
    }

    private Rankings rankings() {
        int labels = labels().size();
        List<Ranking> all = IntStream.range(labels == 2 ? 1 : 0, labels)
                .mapToObj(this::ranking)
                .toList();
        return new Rankings(gold.length, all);
    }

    private Ranking ranking(int label) {
        float[] scores = new float[gold.length];
        boolean[] has = new boolean[gold.length];
        for (int i = 0; i < gold.length; i++) {
            scores[i] = probabilities[i][label];
            has[i] = gold[i] == label;
        }
        return Ranking.of(scores, has);
    }

    private Calibration calibration(float[][] scores, int[] rows) {
        Calibration.Counter counter = new Calibration.Counter();
        for (int row : rows) {
            counter.add(scores[row][predicted[row]], right(row));
        }
        return counter.calibration();
    }

    private int[] everyRow() {
        return IntStream.range(0, gold.length).toArray();
    }

    private Tally tally(int[] rows) {
        Tally tally = new Tally(labels().size());
        for (int row : rows) {
            tally.addExample(gold[row], predicted[row]);
        }
        return tally;
    }

    /** Equal where labels, answers and probabilities are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SingleLabelEvaluation that
                && labels().equals(that.labels())
                && Arrays.equals(gold, that.gold)
                && Arrays.equals(predicted, that.predicted)
                && temperature == that.temperature
                && Arrays.deepEquals(probabilities, that.probabilities);
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
