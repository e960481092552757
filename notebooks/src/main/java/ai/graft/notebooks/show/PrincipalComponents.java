package ai.graft.notebooks.show;

import java.util.Random;

/**
 * The plane in which vectors differ most, for looking at them: their two first principal components.
 *
 * <p>Found by orthogonal iteration (Golub and Van Loan, Matrix Computations, section 8.2.4) with the vectors' own products, so that the
 * covariance matrix is never formed. Signs are such that each component's largest number is positive.
 *
 * @param points (B, 2)
 * @param shares of the variance that each of the two explains
 */
public record PrincipalComponents(double[][] points, double[] shares) {
    private static final int COMPONENTS = 2;
    private static final int ROUNDS = 100;
    private static final long SEED = 1;

    /**
     * Projects vectors of one length.
     *
     * @throws IllegalArgumentException with fewer than three vectors, which always lie in a plane
     */
    public static PrincipalComponents of(float[][] vectors) {
        if (vectors.length <= COMPONENTS) {
            throw new IllegalArgumentException("principal components need 3 vectors or more, got " + vectors.length);
        }
        double[][] rows = centred(vectors);
        double[][] axes = new double[COMPONENTS][rows[0].length];
        Random random = new Random(SEED);
        for (double[] axis : axes) {
            for (int i = 0; i < axis.length; i++) {
                axis[i] = random.nextGaussian();
            }
        }
        orthonormalize(axes);
        for (int round = 0; round < ROUNDS; round++) {
            for (int c = 0; c < COMPONENTS; c++) {
                axes[c] = spread(rows, axes[c]);
            }
            orthonormalize(axes);
        }
        return projected(rows, axes);
    }

    private static double[][] centred(float[][] vectors) {
        double[] mean = new double[vectors[0].length];
        for (float[] vector : vectors) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += (double) vector[i] / vectors.length;
            }
        }
        double[][] rows = new double[vectors.length][mean.length];
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < mean.length; i++) {
                rows[row][i] = vectors[row][i] - mean[i];
            }
        }
        return rows;
    }

    /** The covariance matrix times the axis, but for a factor. */
    private static double[] spread(double[][] rows, double[] axis) {
        double[] sum = new double[axis.length];
        for (double[] row : rows) {
            double along = dot(row, axis);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += along * row[i];
            }
        }
        return sum;
    }

    private static void orthonormalize(double[][] axes) {
        for (int c = 0; c < axes.length; c++) {
            for (int before = 0; before < c; before++) {
                double along = dot(axes[c], axes[before]);
                for (int i = 0; i < axes[c].length; i++) {
                    axes[c][i] -= along * axes[before][i];
                }
            }
            double length = Math.sqrt(dot(axes[c], axes[c]));
            for (int i = 0; i < axes[c].length; i++) {
                axes[c][i] /= length == 0 ? 1 : length;
            }
        }
    }

    private static PrincipalComponents projected(double[][] rows, double[][] axes) {
        double[][] points = new double[rows.length][COMPONENTS];
        double[] variances = new double[COMPONENTS];
        double all = 0;
        for (double[] row : rows) {
            all += dot(row, row);
        }
        for (int c = 0; c < COMPONENTS; c++) {
            double sign = sign(axes[c]);
            for (int row = 0; row < rows.length; row++) {
                points[row][c] = sign * dot(rows[row], axes[c]);
                variances[c] += points[row][c] * points[row][c] / all;
            }
        }
        return new PrincipalComponents(points, variances);
    }

    private static double sign(double[] axis) {
        double largest = 0;
        for (double number : axis) {
            largest = Math.abs(number) > Math.abs(largest) ? number : largest;
        }
        return largest < 0 ? -1 : 1;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
