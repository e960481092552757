package ai.graft.finetune.evaluate;

import ai.graft.datasets.Question;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers to questions by their ids. Both maps are copied and keep their order.
 *
 * @param answers the text given; empty where the answer is that there is none
 * @param noAnswerScores how likely it is that there is no answer, higher is likelier, of any range; empty where a model does not
 *     say. Of equal ones the order of the map counts, as in SQuAD's script
 */
public record SpanPredictions(Map<String, String> answers, Map<String, Double> noAnswerScores) {
    /** @throws IllegalArgumentException if a score is not finite; the message names the id */
    public SpanPredictions {
        answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
        noAnswerScores = Collections.unmodifiableMap(new LinkedHashMap<>(noAnswerScores));
        noAnswerScores.forEach((id, score) -> {
            if (!Double.isFinite(score)) {
                throw new IllegalArgumentException("the no-answer score of '" + id + "' is " + score
                        + ", expected a finite number. NaN means that training diverged.");
            }
        });
    }

    /** Answers without scores. */
    public static SpanPredictions of(Map<String, String> answers) {
        return new SpanPredictions(answers, Map.of());
    }

    /** The same with the answer "none" wherever the score is above the threshold; answers without a score stay. */
    public SpanPredictions withThreshold(double threshold) {
        Map<String, String> kept = new LinkedHashMap<>(answers);
        kept.replaceAll(
                (id, answer) -> noAnswerScores.getOrDefault(id, Double.NEGATIVE_INFINITY) > threshold ? "" : answer);
        return new SpanPredictions(kept, noAnswerScores);
    }

    /** Ids of the questions that have no answer here, in order. */
    public List<String> missing(List<Question> questions) {
        return questions.stream()
                .map(Question::id)
                .filter(id -> !answers.containsKey(id))
                .toList();
    }

    /** Ids that have an answer here but are no question's, in order. */
    public List<String> unknown(List<Question> questions) {
        Set<String> ids = new HashSet<>();
        questions.forEach(question -> ids.add(question.id()));
        return answers.keySet().stream().filter(id -> !ids.contains(id)).toList();
    }
}
