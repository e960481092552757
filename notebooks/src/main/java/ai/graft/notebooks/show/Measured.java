package ai.graft.notebooks.show;

import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.Interval;

/**
 * A value with a name and how sure it is.
 *
 * @param name what was measured
 * @param value what was found
 * @param interval in which it likely lies
 */
public record Measured(String name, double value, Interval interval) {

    /** A metric of an evaluation with its 95 % interval. */
    public static Measured of(String name, Evaluation evaluation, String metric) {
        return new Measured(name, evaluation.metric(metric), evaluation.interval(metric));
    }
}
