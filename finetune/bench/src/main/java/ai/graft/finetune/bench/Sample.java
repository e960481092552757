package ai.graft.finetune.bench;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Repeated measurements of one thing.
 *
 * @param values in the order in which they were taken, at least one
 */
public record Sample(List<Double> values) {
    /**
     * Copies the values.
     *
     * @throws IllegalArgumentException where there is none
     */
    public Sample {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a sample needs a value, got none; measure a round or more");
        }
    }

    /** The middle value, or the mean of the two in the middle. */
    public double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int last = sorted.size() - 1;
        return (sorted.get(last / 2) + sorted.get((last + 1) / 2)) / 2;
    }

    /** The smallest value. */
    public double low() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /** The largest value. */
    public double high() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /**
     * This sample's values divided by those of another, pair by pair.
     *
     * @throws IllegalArgumentException where the two differ in size
     */
    public Sample over(Sample other) {
        if (other.values.size() != values.size()) {
            throw new IllegalArgumentException(
                    "pairs need samples of one size, got " + values.size() + " and " + other.values.size() + " values");
        }
        return new Sample(IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) / other.values.get(i))
                .toList());
    }
}
