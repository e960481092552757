package ai.graft.finetune.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Per label: how often it is true, how often it was predicted, how often both. All averages come from these. */
final class Tally {
    private final int[] both;
    private final int[] gold;
    private final int[] predicted;

    Tally(int labels) {
        both = new int[labels];
        gold = new int[labels];
        predicted = new int[labels];
    }

    /** Counts an example of exactly one label. */
    void addExample(int goldLabel, int predictedLabel) {
        gold[goldLabel]++;
        predicted[predictedLabel]++;
        both[goldLabel] += goldLabel == predictedLabel ? 1 : 0;
    }

    /** Counts one cell: whether a label is true, and whether it was predicted. */
    void add(int label, boolean isGold, boolean isPredicted) {
        gold[label] += isGold ? 1 : 0;
        predicted[label] += isPredicted ? 1 : 0;
        both[label] += isGold && isPredicted ? 1 : 0;
    }

    double precision(int label) {
        return ratio(both[label], predicted[label]);
    }

    double recall(int label) {
        return ratio(both[label], gold[label]);
    }

    double f1(int label) {
        return ratio(2L * both[label], (long) gold[label] + predicted[label]);
    }

    double macroPrecision() {
        return macro(this::precision);
    }

    double macroRecall() {
        return macro(this::recall);
    }

    double macroF1() {
        return macro(this::f1);
    }

    double microPrecision() {
        return ratio(sum(both), sum(predicted));
    }

    double microRecall() {
        return ratio(sum(both), sum(gold));
    }

    double microF1() {
        return ratio(2L * sum(both), (long) sum(gold) + sum(predicted));
    }

    double weightedPrecision() {
        return weighted(this::precision);
    }

    double weightedRecall() {
        return weighted(this::recall);
    }

    double weightedF1() {
        return weighted(this::f1);
    }

    /**
     * The multi-class correlation of J. Gorodkin, Comparing two K-category assignments by a K-category correlation
     * coefficient (2004), for one label an example; 0 where gold or predictions never change.
     */
    double matthews() {
        double examples = sum(gold);
        double covariance = sum(both) * examples - dot(gold, predicted);
        double goldVariance = examples * examples - dot(gold, gold);
        double predictedVariance = examples * examples - dot(predicted, predicted);
        double scale = Math.sqrt(goldVariance * predictedVariance);
        return scale == 0 ? 0 : covariance / scale;
    }

    List<ClassScore> scores(List<String> labels) {
        List<ClassScore> scores = new ArrayList<>(labels.size());
        for (int label = 0; label < labels.size(); label++) {
            scores.add(new ClassScore(labels.get(label), precision(label), recall(label), f1(label), gold[label]));
        }
        return List.copyOf(scores);
    }

    private double macro(IntToDoubleFunction score) {
        double sum = 0;
        for (int label = 0; label < gold.length; label++) {
            sum += score.applyAsDouble(label);
        }
        return sum / gold.length;
    }

    private double weighted(IntToDoubleFunction score) {
        double sum = 0;
        for (int label = 0; label < gold.length; label++) {
            sum += score.applyAsDouble(label) * gold[label];
        }
        int support = sum(gold);
        return support == 0 ? 0 : sum / support;
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static int sum(int[] counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }

    private static double dot(int[] left, int[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += (double) left[i] * right[i];
        }
        return sum;
    }
}
