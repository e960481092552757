package ai.graft.finetune.evaluate;

/**
 * Chooses one temperature by which all logits of a classifier are divided, so that its probabilities mean what they say: the
 * one with the least negative log-likelihood of the true labels. Which label is best it does not change.
 *
 * <p>In the inverse β of the temperature the negative log-likelihood of a row z with the label y, log Σ exp(βzⱼ) − βz_y, is
 * convex; its first derivative is the mean of z under the softmax less z_y, its second the variance of z. Newton's method
 * inside an interval that holds the root of the first, halved where a step leaves it, finds the least value.
 *
 * <p>Source: C. Guo et al., On calibration of modern neural networks, ICML 2017 (arXiv 1706.04599), section 4.2.
 */
public final class TemperatureScaling {
    /** Fewer examples say too little. */
    static final int LEAST_EXAMPLES = 50;

    /** A temperature beyond these comes of examples that are all right, or right no more often than by chance. */
    private static final double LEAST = 0.05;

    private static final double MOST = 20;

    private static final int STEPS = 100;
    private static final double CLOSE = 1e-12;

    private final float[][] logits;
    private final int[] gold;

    private TemperatureScaling(float[][] logits, int[] gold) {
        this.logits = logits;
        this.gold = gold;
    }

    /**
     * The best temperature; 1 where there are fewer than 50 examples, where none between 0.05 and 20 is best, or where it
     * makes nothing better.
     *
     * @param logits (N, L), finite
     * @param gold true label ids, (N)
     * @throws IllegalArgumentException if there are not as many rows as labels
     */
    public static double fit(float[][] logits, int[] gold) {
        if (gold.length < LEAST_EXAMPLES) {
            return 1;
        }
        Checks.sameExamples(gold.length, logits.length);
        TemperatureScaling rows = new TemperatureScaling(logits, gold);
        double inverse = rows.best();
        return rows.at(inverse).loss < rows.at(1).loss ? 1 / inverse : 1;
    }

    /** The sums over all rows at one inverse temperature. */
    private record Sums(double loss, double slope, double curvature) {}

    private double best() {
        double low = 1 / MOST;
        double high = 1 / LEAST;
        if (at(low).slope >= 0 || at(high).slope <= 0) {
            return 1;
        }
        double inverse = 1;
        for (int step = 0; step < STEPS; step++) {
            Sums sums = at(inverse);
            if (sums.slope > 0) {
                high = inverse;
            } else {
                low = inverse;
            }
            double next = inverse - sums.slope / sums.curvature;
            next = next > low && next < high ? next : (low + high) / 2; // also where the curvature is 0
            if (Math.abs(next - inverse) <= CLOSE * inverse) {
                return next;
            }
            inverse = next;
        }
        return inverse;
    }

    private Sums at(double inverse) {
        double loss = 0;
        double slope = 0;
        double curvature = 0;
        for (int row = 0; row < gold.length; row++) {
            Sums sums = row(logits[row], logits[row][gold[row]], inverse);
            loss += sums.loss;
            slope += sums.slope;
            curvature += sums.curvature;
        }
        return new Sums(loss, slope, curvature);
    }

    private static Sums row(float[] row, double ofGold, double inverse) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : row) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        double first = 0;
        double second = 0;
        for (float logit : row) {
            double below = logit - max;
            double weight = Math.exp(inverse * below);
            sum += weight;
            first += weight * below;
            second += weight * below * below;
        }
        double mean = first / sum;
        double gap = ofGold - max;
        return new Sums(Math.log(sum) - inverse * gap, mean - gap, second / sum - mean * mean);
    }
}
