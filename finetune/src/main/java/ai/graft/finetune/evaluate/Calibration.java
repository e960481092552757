package ai.graft.finetune.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * How far probabilities can be believed: predictions grouped by their probability into 15 bins of equal width, (0, 1/15],
 * (1/15, 2/15] … with 0 in the first.
 *
 * <p>For one label an example the probability is that of the predicted label and the outcome whether it was right (C. Guo
 * et al., On calibration of modern neural networks, ICML 2017, section 2). For any number of labels every example and
 * label is a prediction of its own, and the outcome whether the example has the label (M. Naeini et al., Obtaining well
 * calibrated probabilities using Bayesian binning, AAAI 2015).
 *
 * @param bins the bins that hold predictions, in ascending order
 * @param error expected calibration error: the mean over all predictions of the distance between a bin's mean probability
 *     and its share of true outcomes, 0 to 1
 */
public record Calibration(List<Bin> bins, double error) {
    /** The number of bins that Guo et al. report with. */
    static final int BINS = 15;

    /**
     * Predictions of like probability.
     *
     * @param from lower end, exclusive but for 0
     * @param to upper end, inclusive
     * @param predictions how many, 1 or more
     * @param probability their mean probability
     * @param share the share of them whose outcome is true
     */
    public record Bin(double from, double to, int predictions, double probability, double share) {}

    public Calibration {
        bins = List.copyOf(bins);
    }

    /** Collects predictions. For one thread. */
    static final class Counter {
        private final int[] predictions = new int[BINS];
        private final int[] hits = new int[BINS];
        private final double[] sums = new double[BINS];
        private int all;

        /** Adds a prediction with its probability in [0, 1]. */
        void add(double probability, boolean outcome) {
            int bin = (int) Math.max(0, Math.min(BINS - 1, Math.ceil(probability * BINS) - 1));
            predictions[bin]++;
            hits[bin] += outcome ? 1 : 0;
            sums[bin] += probability;
            all++;
        }

        /** What was added, 1 prediction or more. */
        Calibration calibration() {
            double error = 0;
            List<Bin> bins = new ArrayList<>();
            for (int bin = 0; bin < BINS; bin++) {
                error += Math.abs(hits[bin] - sums[bin]) / all;
                if (predictions[bin] > 0) {
                    bins.add(bin(bin));
                }
            }
            return new Calibration(bins, error);
        }

        private Bin bin(int bin) {
            double width = 1.0 / BINS;
            double count = predictions[bin];
            return new Bin(bin * width, (bin + 1) * width, predictions[bin], sums[bin] / count, hits[bin] / count);
        }
    }
}
