package ai.graft.finetune.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which rows likely have a wrong label, by probabilities of a model that has not seen them.
 *
 * <p>Source: Northcutt, Jiang and Chuang, Confident Learning (arXiv 1911.00068), section 3.1. A label's threshold is the mean probability of it over the rows
 * that were given it. A row counts as truly of the most probable among the labels whose thresholds it reaches. The confident joint counts rows by given and
 * true label; scaled to the given labels' counts, what lies off its diagonal estimates the share of wrong labels. Immutable.
 */
public final class ConfidentLearning {
    private static final int NONE = -1;

    private final double[][] probabilities;
    private final int[] labels;
    private final int classes;
    private final double[] thresholds;
    private final int[] confident; // label that a row counts as, or NONE
    private final int[][] joint;

    /**
     * Counts.
     *
     * @param probabilities (B, L), by a model that has not seen the row
     * @param labels the given ones; each label has a row or more
     */
    public ConfidentLearning(double[][] probabilities, int[] labels) {
        this.probabilities = probabilities;
        this.labels = labels.clone();
        this.classes = probabilities[0].length;
        this.thresholds = IntStream.range(0, classes)
                .mapToDouble(label -> IntStream.range(0, labels.length)
                        .filter(row -> labels[row] == label)
                        .mapToDouble(row -> probabilities[row][label])
                        .average()
                        .orElseThrow())
                .toArray();
        this.confident = IntStream.range(0, labels.length).map(this::confident).toArray();
        this.joint = new int[classes][classes];
        for (int row = 0; row < labels.length; row++) {
            if (confident[row] != NONE) {
                joint[labels[row]][confident[row]]++;
            }
        }
    }

    private int confident(int row) {
        int best = NONE;
        for (int label = 0; label < classes; label++) {
            double probability = probabilities[row][label];
            if (probability >= thresholds[label] && (best == NONE || probability > probabilities[row][best])) {
                best = label;
            }
        }
        return best;
    }

    /** The threshold of a label. */
    public double threshold(int label) {
        return thresholds[label];
    }

    /** How many rows of one given label count as truly of the other. */
    public int joint(int given, int truly) {
        return joint[given][truly];
    }

    /** The estimated share of wrong labels: of each label's rows the share that its confident rows have, 0 where none is confident. */
    public double noise() {
        double wrong = 0;
        for (int given = 0; given < classes; given++) {
            int label = given;
            int sum = IntStream.of(joint[given]).sum();
            long rows = IntStream.of(labels).filter(l -> l == label).count();
            wrong += sum == 0 ? 0 : rows * (sum - joint[given][given]) / (double) sum;
        }
        return wrong / labels.length;
    }

    /** How much more probable the best other label is than the given one: from -1, surely right, to 1, surely wrong. */
    public double suspicion(int row) {
        return probabilities[row][suggestion(row)] - probabilities[row][labels[row]];
    }

    /** The most probable other label. */
    public int suggestion(int row) {
        int best = labels[row] == 0 ? 1 : 0;
        for (int label = 0; label < classes; label++) {
            if (label != labels[row] && probabilities[row][label] > probabilities[row][best]) {
                best = label;
            }
        }
        return best;
    }

    /** The rows off the diagonal of the confident joint, the most suspicious first. */
    public List<Integer> suspects() {
        return ranked().stream()
                .filter(row -> confident[row] != NONE && confident[row] != labels[row])
                .toList();
    }

    /** All rows, the most suspicious first, in order of the file where they are equally so. */
    public List<Integer> ranked() {
        List<Integer> rows =
                new ArrayList<>(IntStream.range(0, labels.length).boxed().toList());
        rows.sort(Comparator.comparingDouble((Integer row) -> -suspicion(row)));
        return List.copyOf(rows);
    }
}
