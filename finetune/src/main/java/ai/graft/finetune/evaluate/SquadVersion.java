package ai.graft.finetune.evaluate;

import ai.graft.datasets.Question;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** By which of SQuAD's scripts answers are scored. They differ where there may be no answer. */
public enum SquadVersion {
    /** {@code evaluate-v1.1.py}: every question has an answer; two answers without a word in common have F1 0. */
    V1_1("1.1"),
    /**
     * {@code evaluate-v2.0.py}: right answers that normalise to nothing do not count; where none is left, only an answer that
     * normalises to nothing is right, with F1 1.
     */
    V2_0("2.0");

    private final String title;

    SquadVersion(String title) {
        this.title = title;
    }

    /** {@code 1.1} or {@code 2.0}. */
    public String title() {
        return title;
    }

    /** {@link #V2_0} if any question is known to have no answer, else {@link #V1_1}. */
    public static SquadVersion of(List<Question> questions) {
        return questions.stream().anyMatch(Question::impossible) ? V2_0 : V1_1;
    }

    /**
     * The version of a title.
     *
     * @throws IllegalArgumentException if it is neither {@code 1.1} nor {@code 2.0}
     */
    public static SquadVersion ofTitle(String title) {
        return switch (title) {
            case "1.1" -> V1_1;
            case "2.0" -> V2_0;
            default ->
                throw new IllegalArgumentException("the version of SQuAD is '" + title + "', expected 1.1 or 2.0");
        };
    }

    /** The texts that count as right. */
    List<String> golds(Question question) {
        if (this == V1_1) {
            return question.goldTexts();
        }
        List<String> golds = question.goldTexts().stream()
                .filter(gold -> !SquadText.tokens(gold).isEmpty())
                .toList();
        return golds.isEmpty() ? List.of("") : golds;
    }

    /** 1 if both normalise to the same, else 0. */
    double exact(String gold, String predicted) {
        return SquadText.normalise(gold).equals(SquadText.normalise(predicted)) ? 1 : 0;
    }

    /** Harmonic mean of precision and recall over normalised words, 0 to 1. */
    double f1(String gold, String predicted) {
        List<String> goldTokens = SquadText.tokens(gold);
        List<String> predictedTokens = SquadText.tokens(predicted);
        if (this == V2_0 && (goldTokens.isEmpty() || predictedTokens.isEmpty())) {
            return goldTokens.equals(predictedTokens) ? 1 : 0;
        }
        int common = common(goldTokens, predictedTokens);
        if (common == 0) {
            return 0;
        }
        double precision = 1.0 * common / predictedTokens.size();
        double recall = 1.0 * common / goldTokens.size();
        return 2 * precision * recall / (precision + recall);
    }

    /** Words in both, each as often as in the one that has it less often. */
    private static int common(List<String> gold, List<String> predicted) {
        Map<String, Integer> left = new HashMap<>();
        gold.forEach(token -> left.merge(token, 1, Integer::sum));
        List<String> found = new ArrayList<>();
        for (String token : predicted) {
            if (left.merge(token, -1, Integer::sum) >= 0) {
                found.add(token);
            }
        }
        return found.size();
    }
}
