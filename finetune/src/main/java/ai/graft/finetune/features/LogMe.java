package ai.graft.finetune.features;

/**
 * LogME: how well features that are not trained explain what is to be learnt, as the logarithm of the evidence of a Bayesian linear model a row. The higher, the
 * better a checkpoint is to start from; values of different data cannot be compared.
 *
 * <p>Source: You, Liu, Wang and Long, LogME (arXiv 2102.11005), with the fixed-point iteration of their arXiv 2110.10545: for each column y of the targets and the
 * eigenvalues σ of F'F, repeat {@code γ = Σ σ/(σ+t), α = γ/|m|², β = (N-γ)/|Fm-y|², t = α/β}. Everything is a sum over eigenvalues. The published code leaves the
 * eigenvalues of 0 out of the determinant, which matters with fewer rows than features; here, as in the papers, they count.
 */
public final class LogMe {
    private static final int MOST_ROUNDS = 11;
    private static final double CONVERGED = 1e-3;
    private static final double NOTHING = 1e-5; // added to what is divided by, as the published code does

    private final int rows;
    private final int size;
    private final double[] eigenvalues;
    private final SymmetricSpectrum spectrum;

    private LogMe(int rows, int size, SymmetricSpectrum spectrum) {
        this.rows = rows;
        this.size = size;
        this.spectrum = spectrum;
        this.eigenvalues = new double[size];
        for (int i = 0; i < size; i++) {
            eigenvalues[i] = Math.max(0, spectrum.value(i)); // F'F has none below 0
        }
    }

    /**
     * The mean over the columns of the targets.
     *
     * @param features (B, H)
     * @param targets (B, L): for classes 1 where a row has the label and 0 elsewhere, for a regression the values
     */
    public static double score(float[][] features, float[][] targets) {
        int size = features[0].length;
        int columns = targets[0].length;
        double[][] gram = new double[size][size];
        double[][] cross = new double[size][columns];
        double[] squares = new double[columns];
        for (int i = 0; i < features.length; i++) {
            addProducts(features[i], targets[i], gram, cross, squares);
        }
        for (int j = 0; j < size; j++) {
            for (int l = 0; l < j; l++) {
                gram[j][l] = gram[l][j];
            }
        }
        LogMe logMe = new LogMe(features.length, size, SymmetricSpectrum.of(gram, cross));
        double sum = 0;
        for (int column = 0; column < columns; column++) {
            sum += logMe.evidence(column, squares[column]);
        }
        return sum / columns;
    }

    private static void addProducts(
            float[] features, float[] targets, double[][] gram, double[][] cross, double[] squares) {
        double[] row = new double[features.length];
        for (int j = 0; j < row.length; j++) {
            row[j] = features[j];
        }
        for (int j = 0; j < row.length; j++) {
            double[] into = gram[j];
            double factor = row[j];
            for (int l = j; l < row.length; l++) {
                into[l] += factor * row[l];
            }
            for (int column = 0; column < targets.length; column++) {
                cross[j][column] += factor * targets[column];
            }
        }
        for (int column = 0; column < targets.length; column++) {
            squares[column] += (double) targets[column] * targets[column];
        }
    }

    /**
     * The evidence a row of one column.
     *
     * @param square |y|²
     */
    private double evidence(int column, double square) {
        double alpha = 1;
        double beta = 1;
        double weights = 0;
        double residual = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double t = alpha / beta;
            double gamma = 0;
            weights = 0;
            residual = square;
            for (int i = 0; i < size; i++) {
                double sum = eigenvalues[i] + t;
                double product = spectrum.seen(i, column);
                gamma += eigenvalues[i] / sum;
                weights += product * product / (sum * sum);
                residual -= product * product * (sum + t) / (sum * sum);
            }
            residual = Math.max(0, residual); // rounding of a perfect fit
            alpha = gamma / (weights + NOTHING);
            beta = (rows - gamma) / (residual + NOTHING);
            if (Math.abs(alpha / beta - t) / t <= CONVERGED) {
                break;
            }
        }
        double determinant = 0;
        for (double eigenvalue : eigenvalues) {
            determinant += Math.log(alpha + beta * eigenvalue);
        }
        return (size * Math.log(alpha)
                        + rows * Math.log(beta)
                        - determinant
                        - beta * residual
                        - alpha * weights
                        - rows * Math.log(2 * Math.PI))
                / (2.0 * rows);
    }
}
