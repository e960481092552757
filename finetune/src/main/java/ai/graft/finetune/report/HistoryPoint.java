package ai.graft.finetune.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was known after one optimizer step.
 *
 * @param step optimizer steps done, 0 or more
 * @param epoch passes over the training data done, with fraction, finite
 * @param learningRate learning rate of the step, finite
 * @param loss mean training loss of the step; NaN if there is none yet, or if training diverged
 * @param validation metrics by name (as {@code Evaluation.metric} names them) if the model was evaluated here, else
 *     empty; their order is kept
 */
public record HistoryPoint(int step, double epoch, double learningRate, double loss, Map<String, Double> validation) {
    /** @throws IllegalArgumentException if the step is negative, or the epoch or learning rate is not finite */
    public HistoryPoint {
        if (step < 0 || !Double.isFinite(epoch) || !Double.isFinite(learningRate)) {
            throw new IllegalArgumentException("a point of the history needs a step of 0 or more and a finite epoch and"
                    + " learning rate, got step " + step + ", epoch " + epoch + ", learning rate " + learningRate);
        }
        validation = Collections.unmodifiableMap(new LinkedHashMap<>(validation));
    }

    /** A step without evaluation. */
    public static HistoryPoint of(int step, double epoch, double learningRate, double loss) {
        return new HistoryPoint(step, epoch, learningRate, loss, Map.of());
    }
}
