package ai.graft.finetune.explain;

import java.util.Arrays;

/**
 * How much each input of a function carried of the way from its output at a baseline to that at an input: the integral over
 * the straight line between the two of the function's slope through that input alone. The parts sum up to the difference of
 * the outputs (completeness), which tells how good the sum over places is that stands for the integral.
 *
 * <p>Source: M. Sundararajan et al., arXiv 1703.01365, section 3; places and weights are Gauss's and Legendre's in place of
 * even ones, which need many times as many for the same error.
 *
 * @param values part of each input
 * @param from output at the baseline
 * @param to output at the input
 * @param error how far the sum of the parts is from the difference of the outputs, as a share of that
 * @param steps places that were looked at
 */
@SuppressWarnings("ArrayRecordComponent") // one integration's result, not compared
public record IntegratedGradients(double[] values, double from, double to, double error, int steps) {
    /** Enough for most texts; see {@link #MOST_STEPS}. */
    public static final int DEFAULT_STEPS = 50;

    /** More than this is not looked at to make the error smaller. */
    public static final int MOST_STEPS = 800;

    /** The error above which twice as many places are looked at. */
    public static final double ALLOWED_ERROR = 0.02;

    /** Places that are asked for together. */
    private static final int PLACES_TOGETHER = 25;

    /** A difference below this is taken for this, so that the error is a number: outputs are in fp32. */
    private static final double LEAST_DIFFERENCE = 1e-6;

    /** A function on the straight line from its baseline, 0, to its input, 1. */
    public interface Line {
        /** The outputs, and the slopes through every input, at some places. */
        Points at(double[] places);
    }

    /**
     * What a function does at some places.
     *
     * @param outputs (N)
     * @param slopes through every input, (N, S)
     */
    @SuppressWarnings("ArrayRecordComponent") // summed up at once; never compared
    public record Points(double[] outputs, double[][] slopes) {}

    /**
     * Integrates; where the error is above 2 %, with twice as many places, up to 800.
     *
     * @param steps places to begin with, 1 to 800
     * @throws IllegalArgumentException if there are fewer or more
     */
    public static IntegratedGradients of(Line line, int steps) {
        if (steps < 1 || steps > MOST_STEPS) {
            throw new IllegalArgumentException(
                    "steps is " + steps + ", expected 1 to " + MOST_STEPS + "; " + DEFAULT_STEPS + " is the default");
        }
        double[] ends = line.at(new double[] {0, 1}).outputs();
        IntegratedGradients found = integrate(line, steps, ends);
        for (int more = 2 * steps; found.error > ALLOWED_ERROR && more <= MOST_STEPS; more *= 2) {
            found = integrate(line, more, ends);
        }
        return found;
    }

    private static IntegratedGradients integrate(Line line, int steps, double[] ends) {
        GaussLegendre rule = GaussLegendre.of(steps);
        double[] sums = new double[0];
        for (int begin = 0; begin < steps; begin += PLACES_TOGETHER) {
            int end = Math.min(steps, begin + PLACES_TOGETHER);
            double[][] slopes =
                    line.at(Arrays.copyOfRange(rule.places(), begin, end)).slopes();
            sums = begin == 0 ? new double[slopes[0].length] : sums;
            for (int i = begin; i < end; i++) {
                add(sums, slopes[i - begin], rule.weights()[i]);
            }
        }
        double difference = ends[1] - ends[0];
        double gap = Math.abs(Arrays.stream(sums).sum() - difference);
        double error = gap / Math.max(Math.abs(difference), LEAST_DIFFERENCE);
        return new IntegratedGradients(sums, ends[0], ends[1], error, steps);
    }

    private static void add(double[] sums, double[] slopes, double weight) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * slopes[i];
        }
    }
}
