package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Locale;

/**
 * A 95 % confidence interval.
 *
 * @param low its lower end, finite
 * @param high its upper end, finite and not below {@code low}
 */
public record Interval(double low, double high) {
    /** The 0.975 quantile of the standard normal distribution. */
    private static final double Z = 1.959963984540054;

    /** @throws IllegalArgumentException if an end is not finite or the ends are in the wrong order */
    public Interval {
        if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
            throw new IllegalArgumentException(
                    "an interval needs finite ends in ascending order, got " + low + " and " + high);
        }
    }

    /**
     * Wilson's score interval of a proportion, without continuity correction. Inside [0, 1] even at 0 and {@code
     * trials} successes, where the normal approximation collapses.
     *
     * <p>Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
     *
     * @throws IllegalArgumentException unless 1 ≤ {@code trials} and 0 ≤ {@code successes} ≤ {@code trials}
     */
    public static Interval wilson(int successes, int trials) {
        if (trials < 1 || successes < 0 || successes > trials) {
            throw new IllegalArgumentException("a proportion needs 0 <= successes <= trials and 1 <= trials, got "
                    + successes + " successes of " + trials);
        }
        double n = trials;
        double p = successes / n;
        double scale = 1 + Z * Z / n;
        double centre = (p + Z * Z / (2 * n)) / scale;
        double half = Z / scale * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        // At the ends rounding would leave a hair beyond 0 or 1, or short of the proportion itself.
        double low = successes == 0 ? 0 : centre - half;
        double high = successes == trials ? 1 : centre + half;
        return new Interval(low, high);
    }

    /** Whether {@code value} lies in the interval, ends included. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** For people: {@code 0.8123 to 0.9045}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4f to %.4f", low, high);
    }

    /** For programs: both ends. */
    public ArrayNode toJson() {
        return JsonNodeFactory.instance.arrayNode(2).add(low).add(high);
    }
}
