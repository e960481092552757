package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.Interval;

/**
 * One metric as a model card states it.
 *
 * @param name name as {@code Evaluation.metric} knows it
 * @param value its value, finite
 * @param interval its 95 % interval
 */
public record MetricFact(String name, double value, Interval interval) {
    /** @throws IllegalArgumentException if the value is not finite */
    public MetricFact {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("metric '" + name + "' is " + value
                    + "; a model card states finite numbers only. Leave this metric out.");
        }
    }

    /**
     * A metric of an evaluation with its interval.
     *
     * @throws IllegalArgumentException if the evaluation has no metric of that name
     */
    public static MetricFact of(Evaluation evaluation, String name) {
        return new MetricFact(name, evaluation.metric(name), evaluation.interval(name));
    }
}
