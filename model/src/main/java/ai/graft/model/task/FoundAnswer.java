package ai.graft.model.task;

import java.util.List;

/**
 * What a model says of a question.
 *
 * @param text the answer, a substring of the context; empty where the context has none
 * @param start its first UTF-16 index in the context, -1 where there is none
 * @param end the index behind it, -1 where there is none
 * @param score probability among the candidates, and where no answer may be right, beside that: in [0, 1]
 * @param noAnswerScore logits for no answer less those of the best candidate: the higher, the likelier there is none
 * @param candidates the best stretches, the best first; none where the context has no tokens
 * @param tokens of the question with its whole context, special tokens included
 */
public record FoundAnswer(
        String text, int start, int end, double score, double noAnswerScore, List<Candidate> candidates, int tokens) {
    public FoundAnswer {
        candidates = List.copyOf(candidates);
    }

    /** Whether there is one. */
    public boolean isAnswer() {
        return start >= 0;
    }

    /**
     * A stretch of the context.
     *
     * @param text it
     * @param start its first UTF-16 index
     * @param end the index behind it
     * @param score its probability among the candidates
     */
    public record Candidate(String text, int start, int end, double score) {}
}
