package ai.graft.finetune.evaluate;

/** The loss of one probability, clipped as scikit-learn's {@code log_loss} clips doubles. */
final class CrossEntropy {
    /** {@code numpy.finfo(float).eps}. */
    private static final double EPSILON = Math.ulp(1.0);

    private CrossEntropy() {}

    static double ofTrue(double probability) {
        return -Math.log(Math.min(Math.max(probability, EPSILON), 1 - EPSILON));
    }

    static double mean(double[] losses, int[] rows) {
        double sum = 0;
        for (int row : rows) {
            sum += losses[row];
        }
        return sum / rows.length;
    }
}
