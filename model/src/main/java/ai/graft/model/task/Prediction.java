package ai.graft.model.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model says of one text.
 *
 * @param label the best label; for multi-label all labels from their thresholds on, joined by commas; for a regression the first output
 * @param score the best label's score: of a single-label task the confidence, by which a caller may abstain
 * @param scores every label's score in the order of the task's labels
 */
public record Prediction(String label, double score, Map<String, Double> scores) {
    public Prediction {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores)); // keeps the order, which Map.copyOf does not
    }

    /** The label where its score is {@code confidence} or more, else empty: the caller abstains. */
    public Optional<String> labelFrom(double confidence) {
        return score >= confidence ? Optional.of(label) : Optional.empty();
    }

    /**
     * Reads a row of logits as {@code task} means it.
     *
     * @throws IllegalArgumentException where there are not as many logits as labels
     */
    public static Prediction of(Task.OfText task, float[] logits) {
        if (logits.length != task.labels().size()) {
            throw new IllegalArgumentException(
                    logits.length + " logits do not fit the " + task.labels().size() + " labels " + task.labels());
        }
        float[] scores = task.scores(logits);
        int best = 0;
        Map<String, Double> named = new LinkedHashMap<>();
        List<String> given = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            best = logits[i] > logits[best] ? i : best; // scores may be equal where rounding made them so
            named.put(task.labels().get(i), (double) scores[i]);
            if (task instanceof Task.MultiLabel multi
                    && scores[i] >= multi.thresholds().get(i)) {
                given.add(task.labels().get(i));
            }
        }
        if (task instanceof Task.Regression) {
            return new Prediction(Float.toString(scores[0]), scores[0], named);
        }
        String label = task instanceof Task.MultiLabel
                ? String.join(",", given)
                : task.labels().get(best);
        return new Prediction(label, scores[best], named);
    }
}
