package ai.graft.finetune.features;

import java.util.Arrays;

/**
 * Multinomial logistic regression with an L2 penalty on all weights but the intercepts, fitted to its one minimum in double. It minimises {@code sum of the
 * rows' cross-entropies + penalty / 2 * sum of squared weights}, as scikit-learn's {@code LogisticRegression(C=1/penalty)} does with more than two classes.
 * Immutable.
 */
public final class SoftmaxRegression {
    /** Of the gradient of the mean loss a row. */
    private static final double TOLERANCE = 1e-6;

    private final int classes;
    private final int columns;
    private final double[] weights; // a class after the other: a weight a column, then the intercept

    private SoftmaxRegression(int classes, int columns, double[] weights) {
        this.classes = classes;
        this.columns = columns;
        this.weights = weights;
    }

    /** One that knows nothing: every class is as likely. */
    static SoftmaxRegression blank(int classes, int columns) {
        return new SoftmaxRegression(classes, columns, new double[classes * (columns + 1)]);
    }

    /**
     * Fits.
     *
     * @param rows features (B, H)
     * @param labels the class of each row
     * @param penalty above 0
     */
    public static SoftmaxRegression fit(double[][] rows, int[] labels, int classes, double penalty) {
        return blank(classes, rows[0].length).refit(rows, labels, penalty);
    }

    /** Fits from here on: the minimum is the same, and near where the penalty has changed little. */
    SoftmaxRegression refit(double[][] rows, int[] labels, double penalty) {
        if (!(penalty > 0)) {
            throw new IllegalArgumentException("the penalty is " + penalty + ", it must be above 0");
        }
        double[] found = Lbfgs.minimize(
                (point, gradient) -> meanLoss(rows, labels, penalty, point, gradient), weights, TOLERANCE);
        return new SoftmaxRegression(classes, columns, found);
    }

    private double meanLoss(double[][] rows, int[] labels, double penalty, double[] point, double[] gradient) {
        Arrays.fill(gradient, 0);
        double loss = 0;
        double[] scores = new double[classes];
        for (int i = 0; i < rows.length; i++) {
            probabilities(point, rows[i], scores);
            loss -= Math.log(Math.max(Double.MIN_NORMAL, scores[labels[i]]));
            scores[labels[i]] -= 1;
            for (int c = 0; c < classes; c++) {
                addRow(gradient, c * (columns + 1), scores[c], rows[i]);
            }
        }
        for (int at = 0; at < point.length; at++) {
            if ((at + 1) % (columns + 1) != 0) {
                loss += penalty / 2 * point[at] * point[at];
                gradient[at] += penalty * point[at];
            }
            gradient[at] /= rows.length;
        }
        return loss / rows.length;
    }

    private void addRow(double[] gradient, int from, double factor, double[] row) {
        for (int j = 0; j < columns; j++) {
            gradient[from + j] += factor * row[j];
        }
        gradient[from + columns] += factor;
    }

    private void probabilities(double[] point, double[] row, double[] into) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            int from = c * (columns + 1);
            into[c] = dot(point, from, row) + point[from + columns];
            max = Math.max(max, into[c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            into[c] = Math.exp(into[c] - max);
            sum += into[c];
        }
        for (int c = 0; c < classes; c++) {
            into[c] /= sum;
        }
    }

    /** Four sums side by side: one alone would wait for each addition to end. */
    private static double dot(double[] weights, int from, double[] row) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int whole = row.length - row.length % 4;
        for (int j = 0; j < whole; j += 4) {
            a += weights[from + j] * row[j];
            b += weights[from + j + 1] * row[j + 1];
            c += weights[from + j + 2] * row[j + 2];
            d += weights[from + j + 3] * row[j + 3];
        }
        for (int j = whole; j < row.length; j++) {
            a += weights[from + j] * row[j];
        }
        return a + b + (c + d);
    }

    /** A new array with the probability of each class. */
    public double[] probabilities(double[] row) {
        double[] probabilities = new double[classes];
        probabilities(weights, row, probabilities);
        return probabilities;
    }

    /** The weight of a class for a column. */
    public double weight(int label, int column) {
        return weights[label * (columns + 1) + column];
    }

    /** The intercept of a class. */
    public double intercept(int label) {
        return weights[label * (columns + 1) + columns];
    }
}
