package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * What comparing a model's answers with the truth gave.
 *
 * <p>Immutable; keeps its own copies of the answers, so that intervals can be drawn from them later. May be shared
 * between threads.
 */
public sealed interface Evaluation
        permits SingleLabelEvaluation, MultiLabelEvaluation, RegressionEvaluation, SpanEvaluation, MaskedEvaluation {
    /** The metrics, over all examples or some. */
    Metrics metrics();

    /** Number of examples compared, 1 or more. */
    default int examples() {
        return metrics().examples();
    }

    /**
     * A metric by its name, always finite.
     *
     * @throws IllegalArgumentException if {@code name} is not among {@link #metricNames()}; the message lists them
     */
    default double metric(String name) {
        return metrics().value(name);
    }

    /** Names that {@link #metric} understands, the most telling first. */
    default List<String> metricNames() {
        return metrics().names();
    }

    /**
     * The 95 % interval of a metric: Wilson's for shares of examples (accuracy and its equals), else a percentile
     * bootstrap over examples with 1000 resamples and seed 42. Costs up to 1000 evaluations the first time; the same
     * call gives the same bits.
     *
     * @throws IllegalArgumentException if {@code name} is not among {@link #metricNames()}
     */
    default Interval interval(String name) {
        return metrics().interval(name);
    }

    /** How far probabilities can be believed; empty for numbers, and where there were no probabilities. */
    Optional<Calibration> calibration();

    /** Wrong answers, those given with the most confidence or the largest error first; {@code most} of them at most. */
    List<Mistake> mistakes(int most);

    /** All metrics, per-class figures and intervals for programs; keys are in snake case. A fresh tree each call. */
    ObjectNode toJson();

    /** The same for people: lines of 80 columns at most, each ended by {@code \n}. */
    String table();

    /**
     * Whether a larger value of the metric means a better model.
     *
     * @throws IllegalArgumentException if no kind of evaluation has a metric of that name; the message lists all names
     */
    static boolean higherIsBetter(String metric) {
        return Metrics.higherIsBetter(metric);
    }
}
