package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Evaluation of a task with any number of labels an example, none included.
 *
 * <p>Metrics: {@code micro_f1}, {@code macro_f1}, {@code weighted_f1}, {@code micro_precision}, {@code micro_recall},
 * {@code macro_precision}, {@code macro_recall}, {@code subset_accuracy} (share of examples with every label right),
 * {@code hamming_loss} (share of wrong cells), {@code roc_auc} and {@code average_precision} (plain means over the labels
 * for which they are defined; 0.5 and 0 where that leaves none), {@code loss} (binary cross-entropy, mean over all cells,
 * probabilities clipped at the epsilon of double) and {@code ece} ({@link Calibration}). Definitions as in scikit-learn
 * with {@code zero_division=0}.
 */
public final class MultiLabelEvaluation implements Evaluation {
    private final List<String> labels;
    private final List<Double> thresholds;
    private final boolean[][] gold;
    private final float[][] probabilities;
    private final boolean[][] predicted;
    private final Metrics metrics;

    private MultiLabelEvaluation(
            List<String> labels, List<Double> thresholds, boolean[][] gold, float[][] probabilities) {
        this.labels = labels;
        this.thresholds = thresholds;
        this.gold = gold;
        this.probabilities = probabilities;
        this.predicted = predicted(probabilities, thresholds);
        this.metrics = new Metrics(
                gold.length,
                statistics(),
                Set.of("subset_accuracy"),
                List.of("micro_f1", "macro_f1", "subset_accuracy"));
    }

    /** Evaluates probabilities with one threshold for all labels; see the other. */
    public static MultiLabelEvaluation of(
            List<String> labels, boolean[][] gold, float[][] probabilities, double threshold) {
        return of(labels, gold, probabilities, Collections.nCopies(labels.size(), threshold));
    }

    /**
     * Evaluates probabilities; a label is predicted where its probability is its threshold or more.
     *
     * @param labels names by label id, 1 or more
     * @param gold whether an example has a label, (N, L), N ≥ 1
     * @param probabilities (N, L), each in [0, 1]
     * @param thresholds by label id, each in [0, 1]
     * @throws IllegalArgumentException if shapes disagree or a value is out of range; the message names the example
     */
    public static MultiLabelEvaluation of(
            List<String> labels, boolean[][] gold, float[][] probabilities, List<Double> thresholds) {
        List<String> names = Checks.labels(labels, 1);
        Checks.sameExamples(gold.length, probabilities.length);
        Checks.thresholds(thresholds, names);
        boolean[][] truth = new boolean[gold.length][];
        float[][] copies = new float[gold.length][];
        for (int i = 0; i < gold.length; i++) {
            Checks.width("gold values", i, gold[i].length, names.size());
            Checks.width("probabilities", i, probabilities[i].length, names.size());
            for (int label = 0; label < names.size(); label++) {
                Checks.probability(i, label, probabilities[i][label]);
            }
            truth[i] = gold[i].clone();
            copies[i] = probabilities[i].clone();
        }
        return new MultiLabelEvaluation(names, List.copyOf(thresholds), truth, copies);
    }

    /** Names by label id. */
    public List<String> labels() {
        return labels;
    }

    /** The probability from which a label counted as predicted, by label id. */
    public List<Double> thresholds() {
        return thresholds;
    }

    /** Precision, recall, F1 and support by label id. */
    public List<ClassScore> perClass() {
        return tally(everyRow()).scores(labels);
    }

    /**
     * The same answers judged with the thresholds that give each label its best F1 on these examples ({@link
     * F1Thresholds}); so its F1 here flatters, and other examples must judge it.
     */
    public MultiLabelEvaluation withBestThresholds() {
        List<Double> best = IntStream.range(0, labels.size())
                .mapToObj(label -> F1Thresholds.best(column(label), goldColumn(label)))
                .toList();
        return new MultiLabelEvaluation(labels, best, gold, probabilities);
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public Optional<Calibration> calibration() {
        return Optional.of(calibration(everyRow()));
    }

    @Override
    public List<Mistake> mistakes(int most) {
        return IntStream.range(0, gold.length)
                .filter(i -> !right(i))
                .mapToObj(i -> new Mistake(i, names(i, true), names(i, false), surest(i)))
                .sorted(Comparator.comparingDouble(Mistake::weight).reversed())
                .limit(most)
                .toList();
    }

    /** Whether an example was given all its labels and no other. */
    boolean right(int example) {
        return wrongShare(example) == 0;
    }

    private String names(int example, boolean truth) {
        return IntStream.range(0, labels.size())
                .filter(label -> truth ? gold[example][label] : predicted[example][label])
                .mapToObj(labels::get)
                .collect(Collectors.joining(", "));
    }

    /** The largest probability that an example's wrong cells were given for what they are not. */
    private double surest(int example) {
        return IntStream.range(0, labels.size())
                .filter(label -> predicted[example][label] != gold[example][label])
                .mapToDouble(label -> 1 - likelihood(example, label))
                .max()
                .orElse(0);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("task", "multi_label").put("examples", examples());
        if (Set.copyOf(thresholds).size() == 1) {
            json.put("threshold", thresholds.get(0));
        }
        ArrayNode levels = json.putArray("thresholds");
        thresholds.forEach(levels::add);
        metrics.writeTo(json);
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
        metrics.headline().forEach(name -> text.metric(this, name));
        for (String name : List.of("hamming_loss", "roc_auc", "loss", "ece")) {
            text.metric(name, metric(name));
        }
        return text.toString();
    }

    private Map<String, ToDoubleFunction<int[]>> statistics() {
        double[] losses = byExample(this::loss);
        double[] wrongShares = byExample(this::wrongShare);
        Rankings rankings = rankings();
        Map<String, ToDoubleFunction<int[]>> all = new LinkedHashMap<>();
        all.put("micro_f1", rows -> tally(rows).microF1());
        all.put("macro_f1", rows -> tally(rows).macroF1());
        all.put("weighted_f1", rows -> tally(rows).weightedF1());
        all.put("micro_precision", rows -> tally(rows).microPrecision());
        all.put("micro_recall", rows -> tally(rows).microRecall());
        all.put("macro_precision", rows -> tally(rows).macroPrecision());
        all.put("macro_recall", rows -> tally(rows).macroRecall());
        all.put("subset_accuracy", rows -> exact(wrongShares, rows) / (double) rows.length);
        all.put("hamming_loss", rows -> CrossEntropy.mean(wrongShares, rows));
        all.put("roc_auc", rankings::rocArea);
        all.put("average_precision", rankings::averagePrecision);
        all.put("loss", rows -> CrossEntropy.mean(losses, rows));
        all.put("ece", rows -> calibration(rows).error());
        return all;
    }

    private double[] byExample(IntToDoubleFunction value) {
        return IntStream.range(0, gold.length).mapToDouble(value).toArray();
    }

    /** Mean cross-entropy of an example's cells. */
    private double loss(int example) {
        return IntStream.range(0, labels.size())
                .mapToDouble(label -> CrossEntropy.ofTrue(likelihood(example, label)))
                .average()
                .orElseThrow();
    }

    /** The probability that a cell was given for what it is. */
    private double likelihood(int example, int label) {
        double probability = probabilities[example][label];
        return gold[example][label] ? probability : 1 - probability;
    }

    private double wrongShare(int example) {
        long wrong = IntStream.range(0, labels.size())
                .filter(label -> predicted[example][label] != gold[example][label])
                .count();
        return (double) wrong / labels.size();
    }

    private static boolean[][] predicted(float[][] probabilities, List<Double> thresholds) {
        boolean[][] predicted = new boolean[probabilities.length][thresholds.size()];
        for (int i = 0; i < predicted.length; i++) {
            for (int label = 0; label < predicted[i].length; label++) {
                predicted[i][label] = probabilities[i][label] >= thresholds.get(label);
            }
        }
        return predicted;
    }

    private static int exact(double[] wrongShares, int[] rows) {
        int exact = 0;
        for (int row : rows) {
            exact += wrongShares[row] == 0 ? 1 : 0;
        }
        return exact;
    }

    private Rankings rankings() {
        List<Ranking> all = IntStream.range(0, labels.size())
                .mapToObj(label -> Ranking.of(column(label), goldColumn(label)))
                .toList();
        return new Rankings(gold.length, all);
    }

    private float[] column(int label) {
        float[] column = new float[gold.length];
        for (int i = 0; i < column.length; i++) {
            column[i] = probabilities[i][label];
        }
        return column;
    }

    private boolean[] goldColumn(int label) {
        boolean[] column = new boolean[gold.length];
        for (int i = 0; i < column.length; i++) {
            column[i] = gold[i][label];
        }
        return column;
    }

    private Calibration calibration(int[] rows) {
        Calibration.Counter counter = new Calibration.Counter();
        for (int row : rows) {
            for (int label = 0; label < labels.size(); label++) {
                counter.add(probabilities[row][label], gold[row][label]);
            }
        }
        return counter.calibration();
    }

    private int[] everyRow() {
        return IntStream.range(0, gold.length).toArray();
    }

    private Tally tally(int[] rows) {
        Tally tally = new Tally(labels.size());
        for (int row : rows) {
            for (int label = 0; label < labels.size(); label++) {
                tally.add(label, gold[row][label], predicted[row][label]);
            }
        }
        return tally;
    }

    /** The table. */
    @Override
    public String toString() {
        return table();
    }
}
