package ai.graft.finetune.features;

import java.util.Arrays;

/**
 * Ridge regression: a linear function of features with an L2 penalty on all weights but the intercept, fitted to its one minimum in double. It minimises {@code
 * sum of squared errors + penalty * sum of squared weights}, as scikit-learn's {@code Ridge(alpha=penalty)} does.
 *
 * @param weights one a column
 */
@SuppressWarnings("ArrayRecordComponent") // fitted once, read by whoever fitted it
public record LinearRegression(double[] weights, double intercept) {
    private static final double TOLERANCE = 1e-8;

    /**
     * Fits.
     *
     * @param rows features (B, H)
     * @param targets a number for each row
     * @param penalty above 0
     */
    public static LinearRegression fit(double[][] rows, double[] targets, double penalty) {
        if (!(penalty > 0)) {
            throw new IllegalArgumentException("the penalty is " + penalty + ", it must be above 0");
        }
        int columns = rows[0].length;
        double[] found = Lbfgs.minimize(
                (point, gradient) -> meanLoss(rows, targets, penalty, point, gradient),
                new double[columns + 1],
                TOLERANCE);
        return new LinearRegression(Arrays.copyOf(found, columns), found[columns]);
    }

    private static double meanLoss(
            double[][] rows, double[] targets, double penalty, double[] point, double[] gradient) {
        int columns = point.length - 1;
        Arrays.fill(gradient, 0);
        double loss = 0;
        for (int i = 0; i < rows.length; i++) {
            double error = value(point, point[columns], rows[i]) - targets[i];
            loss += error * error;
            for (int j = 0; j < columns; j++) {
                gradient[j] += 2 * error * rows[i][j];
            }
            gradient[columns] += 2 * error;
        }
        for (int j = 0; j < columns; j++) {
            loss += penalty * point[j] * point[j];
            gradient[j] += 2 * penalty * point[j];
        }
        for (int j = 0; j <= columns; j++) {
            gradient[j] /= rows.length;
        }
        return loss / rows.length;
    }

    private static double value(double[] weights, double intercept, double[] row) {
        double sum = intercept;
        for (int j = 0; j < row.length; j++) {
            sum += weights[j] * row[j];
        }
        return sum;
    }

    /** What the function gives for a row. */
    public double value(double[] row) {
        return value(weights, intercept, row);
    }
}
