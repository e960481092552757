package ai.graft.finetune.features;

/**
 * The eigenvalues of a symmetric matrix, and another matrix seen from its eigenvectors, which themselves are never formed: that saves most of the work.
 *
 * <p>Source: Golub and Van Loan, Matrix Computations, fourth edition, algorithm 8.3.1 (Householder's tridiagonal form) and section 8.3.4 (implicit shifts).
 */
final class SymmetricSpectrum {
    private static final int MOST_TURNS = 60;
    private static final double UNIT_ROUNDOFF = Math.ulp(1.0) / 2;

    private final double[][] matrix; // (H, H), destroyed
    private final double[][] seen; // (H, K)
    private final double[] diagonal;
    private final double[] beside; // [i] couples i and i + 1

    private SymmetricSpectrum(double[][] matrix, double[][] seen) {
        this.matrix = matrix;
        this.seen = seen;
        this.diagonal = new double[matrix.length];
        this.beside = new double[matrix.length];
    }

    /**
     * Decomposes {@code matrix = V diag(values) V'}.
     *
     * @param matrix (H, H); destroyed
     * @param other (H, K); becomes {@code V' other}
     */
    static SymmetricSpectrum of(double[][] matrix, double[][] other) {
        SymmetricSpectrum spectrum = new SymmetricSpectrum(matrix, other);
        for (int k = 0; k < matrix.length - 2; k++) {
            spectrum.reflect(k);
        }
        for (int i = 0; i < matrix.length; i++) {
            spectrum.diagonal[i] = matrix[i][i];
            spectrum.beside[i] = i + 1 < matrix.length ? matrix[i + 1][i] : 0;
        }
        spectrum.diagonalize();
        return spectrum;
    }

    /** An eigenvalue, in no order. */
    double value(int i) {
        return diagonal[i];
    }

    /** What the eigenvector of {@link #value} gives with a column of the other matrix. */
    double seen(int i, int column) {
        return seen[i][column];
    }

    /** Makes column k zero below its second element by the reflection I - 2vv'/v'v of both sides. */
    private void reflect(int k) {
        int size = matrix.length;
        double[] v = new double[size];
        double squares = 0;
        for (int i = k + 1; i < size; i++) {
            v[i] = matrix[i][k];
            squares += v[i] * v[i];
        }
        double norm = Math.sqrt(squares);
        if (norm == 0) {
            return;
        }
        v[k + 1] += Math.copySign(norm, v[k + 1]);
        double scale = 1 / (squares + norm * Math.abs(matrix[k + 1][k])); // 2 / v'v
        double[] w = new double[size];
        double product = 0;
        for (int i = k; i < size; i++) {
            w[i] = scale * dot(matrix[i], v, k + 1);
            product += w[i] * v[i];
        }
        for (int i = k; i < size; i++) {
            w[i] -= scale * product / 2 * v[i];
        }
        for (int i = k; i < size; i++) {
            subtract(matrix[i], v[i], w, k);
            subtract(matrix[i], w[i], v, k);
        }
        reflectSeen(v, scale, k + 1);
    }

    private void reflectSeen(double[] v, double scale, int from) {
        double[] products = new double[seen[0].length];
        for (int i = from; i < v.length; i++) {
            subtract(products, -v[i], seen[i], 0);
        }
        for (int i = from; i < v.length; i++) {
            subtract(seen[i], scale * v[i], products, 0);
        }
    }

    private static double dot(double[] a, double[] b, int from) {
        double sum = 0;
        for (int j = from; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }

    private static void subtract(double[] row, double factor, double[] values, int from) {
        for (int j = from; j < row.length; j++) {
            row[j] -= factor * values[j];
        }
    }

    private void diagonalize() {
        double norm = 0;
        for (int i = 0; i < diagonal.length; i++) {
            norm = Math.max(norm, Math.abs(diagonal[i]) + Math.abs(beside[i]));
        }
        for (int first = 0; first < diagonal.length; first++) {
            int turns = 0;
            for (int last = end(first, norm); last != first; last = end(first, norm)) {
                if (turns == MOST_TURNS) {
                    throw new IllegalStateException(
                            "eigenvalues not found: the matrix holds values that are not finite");
                }
                turn(first, last);
                turns++;
            }
        }
    }

    /** Where the block that begins here ends: at the first element beside the diagonal that rounding could have made. */
    private int end(int first, double norm) {
        int last = first;
        while (last < diagonal.length - 1 && !(Math.abs(beside[last]) <= UNIT_ROUNDOFF * norm)) {
            last++;
        }
        return last;
    }

    /** One sweep of rotations with Wilkinson's shift over a block. */
    private void turn(int first, int last) {
        double half = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first]);
        double shifted =
                diagonal[last] - diagonal[first] + beside[first] / (half + Math.copySign(Math.hypot(half, 1), half));
        double sine = 1;
        double cosine = 1;
        double carried = 0;
        for (int i = last - 1; i >= first; i--) {
            double f = sine * beside[i];
            double b = cosine * beside[i];
            double length = Math.hypot(f, shifted);
            beside[i + 1] = length;
            if (length == 0) { // the block fell apart
                diagonal[i + 1] -= carried;
                beside[last] = 0;
                return;
            }
            sine = f / length;
            cosine = shifted / length;
            double moved = diagonal[i + 1] - carried;
            double rest = (diagonal[i] - moved) * sine + 2 * cosine * b;
            carried = sine * rest;
            diagonal[i + 1] = moved + carried;
            shifted = cosine * rest - b;
            rotate(i, cosine, sine);
        }
        diagonal[first] -= carried;
        beside[first] = shifted;
        beside[last] = 0;
    }

    private void rotate(int i, double cosine, double sine) {
        double[] upper = seen[i];
        double[] lower = seen[i + 1];
        for (int j = 0; j < upper.length; j++) {
            double kept = lower[j];
            lower[j] = sine * upper[j] + cosine * kept;
            upper[j] = cosine * upper[j] - sine * kept;
        }
    }
}
