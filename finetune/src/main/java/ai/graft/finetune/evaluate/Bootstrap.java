package ai.graft.finetune.evaluate;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * The percentile bootstrap: how much a statistic would vary had other examples been drawn.
 *
 * <p>Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), section 13.3; quantiles between two
 * resamples are interpolated linearly, as numpy does. The same seed gives the same bits on every machine.
 *
 * @param resamples number of resamples, 100 or more: fewer say nothing about the tails
 * @param seed where the random numbers begin
 */
public record Bootstrap(int resamples, long seed) {
    private static final double TAIL = 0.025;

    /** @throws IllegalArgumentException if {@code resamples} is below 100 */
    public Bootstrap {
        if (resamples < 100) {
            throw new IllegalArgumentException(
                    "a bootstrap of " + resamples + " resamples cannot show 2.5 % tails; use 100 or more");
        }
    }

    /** 1000 resamples, seed 42: what every report of Graft uses. */
    public static Bootstrap standard() {
        return new Bootstrap(1000, 42);
    }

    /**
     * The middle 95 % of a statistic over resamples.
     *
     * @param examples number of examples n, 1 or more
     * @param statistic maps n row numbers, drawn with replacement from 0 … n-1, to a finite value; the array is reused,
     *     so it must not be kept
     * @throws IllegalArgumentException if {@code examples} is below 1 or the statistic gives a value that is not finite
     */
    public Interval interval(int examples, ToDoubleFunction<int[]> statistic) {
        if (examples < 1) {
            throw new IllegalArgumentException("a bootstrap needs 1 example or more, got " + examples);
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] rows = new int[examples];
        double[] values = new double[resamples];
        for (int i = 0; i < resamples; i++) {
            draw(rows, random);
            values[i] = statistic.applyAsDouble(rows);
        }
        Arrays.sort(values);
        return new Interval(quantile(values, TAIL), quantile(values, 1 - TAIL));
    }

    private static void draw(int[] rows, SplittableRandom random) {
        for (int i = 0; i < rows.length; i++) {
            // Not nextInt(bound): the JDK may change how it rejects; the bias here is below rows / 2^32.
            rows[i] = (int) ((Integer.toUnsignedLong(random.nextInt()) * rows.length) >>> 32);
        }
    }

    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
