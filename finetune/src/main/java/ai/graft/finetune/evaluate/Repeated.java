package ai.graft.finetune.evaluate;

import java.util.List;

/**
 * One way to make a model, judged on the same examples once for each seed. Its value is the mean over the seeds; intervals come
 * from resampling the examples, with all seeds on the same resamples.
 *
 * @param metric name of the metric
 * @param seeds evaluations of the same examples in the same order, one or more
 */
public record Repeated(String metric, List<Evaluation> seeds) {

    /** @throws IllegalArgumentException if there are none, or they are of different numbers of examples */
    public Repeated {
        seeds = List.copyOf(seeds);
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("a mean over seeds needs 1 evaluation or more, got none");
        }
        int examples = seeds.get(0).examples();
        for (Evaluation evaluation : seeds) {
            if (evaluation.examples() != examples) {
                throw new IllegalArgumentException("evaluations of one test part have as many examples, got " + examples
                        + " and " + evaluation.examples());
            }
        }
    }

    /** How many examples each was judged on. */
    public int examples() {
        return seeds.get(0).examples();
    }

    /** The mean over the seeds. */
    public double value() {
        return seeds.stream()
                .mapToDouble(evaluation -> evaluation.metric(metric))
                .average()
                .orElseThrow();
    }

    private double value(int[] rows) {
        return seeds.stream()
                .mapToDouble(evaluation -> evaluation.metrics().value(metric, rows))
                .average()
                .orElseThrow();
    }

    /** The 95 % interval of the mean. */
    public Interval interval() {
        return Bootstrap.standard().interval(examples(), this::value);
    }

    /**
     * This one's value less the other's, with the interval of the paired bootstrap; better is always more, also of an error.
     *
     * @throws IllegalArgumentException if they are of different metrics or numbers of examples
     */
    public Comparison.Difference over(Repeated other) {
        if (!metric.equals(other.metric) || examples() != other.examples()) {
            throw new IllegalArgumentException("only the same metric of the same examples can be compared, got "
                    + metric + " of " + examples() + " and " + other.metric + " of " + other.examples());
        }
        int sign = Metrics.higherIsBetter(metric) ? 1 : -1;
        Interval interval = Bootstrap.standard().interval(examples(), rows -> sign * (value(rows) - other.value(rows)));
        return new Comparison.Difference(sign * value(), sign * other.value(), interval);
    }
}
