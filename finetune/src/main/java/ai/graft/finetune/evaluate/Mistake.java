package ai.graft.finetune.evaluate;

/**
 * An example that was answered wrongly.
 *
 * @param example its number from 0, in the order of the evaluation
 * @param gold the right answer: a label, labels joined by commas, a number, or texts joined by {@code  / }, empty where there is
 *     no answer
 * @param predicted the answer given, in the same form
 * @param weight how wrong: the probability that the wrong answer was given with; of several labels that of the worst
 *     one; the absolute error of a number; what an answer's F1 lacks of 1
 */
public record Mistake(int example, String gold, String predicted, double weight) {}
