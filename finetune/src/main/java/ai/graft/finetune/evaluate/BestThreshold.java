package ai.graft.finetune.evaluate;

/**
 * The threshold of no-answer scores that would have served best on these very questions: a bound, no estimate. It is what
 * SQuAD's {@code evaluate-v2.0.py} finds, which may stop between answers of equal score; {@link
 * SpanPredictions#withThreshold} then gives them all, and can fall short of it.
 *
 * @param value the metric with it, in percent
 * @param threshold answers whose score is above become "none"; 0 where giving no answer at all is best, whatever the scores'
 *     range
 */
public record BestThreshold(double value, double threshold) {}
