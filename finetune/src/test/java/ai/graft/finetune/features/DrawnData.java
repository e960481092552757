package ai.graft.finetune.features;

/**
 * Rows and labels of a linear congruential generator, the same as those of the script that made the expected values:
 *
 * <pre>
 * s = 12345
 * def draw():
 *     global s
 *     s = (1103515245 * s + 12345) % 2147483648
 *     return (s &gt;&gt; 16) % 2001 / 1000 - 1
 * X = numpy.array([[draw() for _ in range(d)] for _ in range(n)])
 * noise = numpy.array([[draw() for _ in range(k)] for _ in range(n)])
 * y = numpy.argmax(X[:, :k] + noise, 1)
 * </pre>
 */
record DrawnData(double[][] rows, int[] labels) {
    private static final class Draw {
        private long state = 12_345;

        double next() {
            state = (1_103_515_245L * state + 12_345) % 2_147_483_648L;
            return (state >> 16) % 2001 / 1000.0 - 1;
        }

        double[][] matrix(int rows, int columns) {
            double[][] matrix = new double[rows][columns];
            for (double[] row : matrix) {
                for (int j = 0; j < columns; j++) {
                    row[j] = next();
                }
            }
            return matrix;
        }
    }

    static DrawnData of(int count, int columns, int classes) {
        Draw draw = new Draw();
        double[][] rows = draw.matrix(count, columns);
        double[][] noise = draw.matrix(count, classes);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            for (int c = 1; c < classes; c++) {
                int best = labels[i];
                labels[i] = rows[i][c] + noise[i][c] > rows[i][best] + noise[i][best] ? c : best;
            }
        }
        return new DrawnData(rows, labels);
    }

    float[][] floats() {
        float[][] floats = new float[rows.length][rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < floats[i].length; j++) {
                floats[i][j] = (float) rows[i][j];
            }
        }
        return floats;
    }

    float[][] oneHot(int classes) {
        float[][] targets = new float[labels.length][classes];
        for (int i = 0; i < labels.length; i++) {
            targets[i][labels[i]] = 1;
        }
        return targets;
    }
}
