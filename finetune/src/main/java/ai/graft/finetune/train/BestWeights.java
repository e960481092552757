package ai.graft.finetune.train;

/**
 * When the validation metric was best.
 *
 * @param step the step after which, counted from 1
 * @param metric name of the metric
 * @param value its value
 */
public record BestWeights(int step, String metric, double value) {}
