/**
 * How good a model is: metrics with scikit-learn's definitions and SQuAD's, and how sure we may be of them.
 *
 * <p>Read {@link ai.graft.finetune.evaluate.Evaluation} first, then {@link
 * ai.graft.finetune.evaluate.SingleLabelEvaluation}, or {@link ai.graft.finetune.evaluate.SpanEvaluation}, which scores
 * answers to questions; {@link ai.graft.finetune.evaluate.Interval} and {@link
 * ai.graft.finetune.evaluate.Bootstrap} hold the statistics, {@link ai.graft.finetune.evaluate.Metrics} the metrics by
 * name over all or some examples. {@link ai.graft.finetune.evaluate.Comparison} sets two models against one another.
 * P-values are those of Apache Commons Statistics. No metric is ever NaN: where a quotient is 0/0, the
 * metric's documentation names the value that stands for it.
 *
 * <p>Everything here is immutable and may be shared between threads. Sums are in double and in the order of the
 * examples, so the same data give the same bits.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.evaluate;
