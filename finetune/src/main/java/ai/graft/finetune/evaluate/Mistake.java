package ai.graft.finetune.evaluate;

/**
 * An example that was answered wrongly.
 *
 * @param example its number from 0, in the order of the evaluation
 * @param gold the right answer: a label, labels joined by commas, or a number
 * @param predicted the answer given, in the same form
 * @param weight how wrong: the probability that the wrong answer was given with; of several labels that of the worst
 *     one; the absolute error of a number
 */
public record Mistake(int example, String gold, String predicted, double weight) {}
