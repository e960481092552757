package ai.graft.finetune.evaluate;

import java.util.List;

/**
 * Finds the best threshold as {@code find_best_thresh} of SQuAD's {@code evaluate-v2.0.py} does: it begins with no answer
 * given to any question, then gives answers in the order of their no-answer scores, and keeps the best sum.
 *
 * @param order questions that were answered, by ascending score
 * @param scores no-answer scores by question
 * @param gains what giving the answer adds, by question: its metric; of an unanswerable question -1, or 0 for an empty answer
 * @param withoutAnswer whether a question counts as right while no answer is given
 */
@SuppressWarnings("ArrayRecordComponent") // lives inside one evaluation, compared with nothing
record ThresholdSearch(List<Integer> order, double[] scores, double[] gains, boolean[] withoutAnswer) {
    /** @param rows questions, some maybe more than once */
    BestThreshold best(int[] rows) {
        int[] times = new int[scores.length];
        double sum = 0;
        for (int row : rows) {
            times[row]++;
            sum += withoutAnswer[row] ? 1 : 0;
        }
        double best = sum;
        double threshold = 0;
        for (int question : order) {
            sum += gains[question] * times[question];
            if (sum > best) {
                best = sum;
                threshold = scores[question];
            }
        }
        return new BestThreshold(100.0 * best / rows.length, threshold);
    }
}
