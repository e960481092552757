package ai.graft.finetune.features;

/**
 * Shifts and scales the columns of vectors to mean 0 and variance 1; one that never changes becomes 0. Immutable.
 *
 * @param means of the columns
 * @param deviations of the columns, 1 for one that never changes
 */
@SuppressWarnings("ArrayRecordComponent") // measured once, read by whoever measured it
public record Standardization(double[] means, double[] deviations) {
    /** Measures vectors (B, H), of which there is one or more. */
    public static Standardization of(float[][] vectors) {
        int columns = vectors[0].length;
        double[] means = new double[columns];
        double[] deviations = new double[columns];
        for (int j = 0; j < columns; j++) {
            for (float[] row : vectors) {
                means[j] += row[j];
            }
            means[j] /= vectors.length;
            double squares = 0;
            for (float[] row : vectors) {
                squares += (row[j] - means[j]) * (row[j] - means[j]);
            }
            double deviation = Math.sqrt(squares / vectors.length);
            deviations[j] = deviation == 0 ? 1 : deviation;
        }
        return new Standardization(means, deviations);
    }

    /** The vectors (B, H), shifted and scaled. */
    public double[][] apply(float[][] vectors) {
        double[][] scaled = new double[vectors.length][means.length];
        for (int i = 0; i < vectors.length; i++) {
            for (int j = 0; j < means.length; j++) {
                scaled[i][j] = (vectors[i][j] - means[j]) / deviations[j];
            }
        }
        return scaled;
    }
}
