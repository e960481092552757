package ai.graft.datasets;

import java.util.List;
import java.util.Objects;

/**
 * A question about a text that holds its answer, or does not.
 *
 * @param id names it among all of its set, and in files of predictions
 * @param question as it was asked
 * @param context the text
 * @param answers those that stand in the context where they are said to; several are several people's
 * @param goldTexts the texts of all answers, also of those that stand elsewhere: what predictions are scored by
 * @param impossible whether it is known that the context holds no answer
 */
public record Question(
        String id,
        String question,
        String context,
        List<AnswerSpan> answers,
        List<String> goldTexts,
        boolean impossible) {
    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if an answer is not what stands at its place in the context or is not among the gold
     *     texts, or if an impossible question has answers; the message names the question
     */
    public Question {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(context, "context");
        answers = List.copyOf(answers);
        goldTexts = List.copyOf(goldTexts);
        if (impossible && !goldTexts.isEmpty()) {
            throw new IllegalArgumentException("question '" + id + "' is impossible and has the answers " + goldTexts
                    + ". It can be one of both.");
        }
        for (AnswerSpan answer : answers) {
            check(id, context, goldTexts, answer);
        }
    }

    /** A question whose answers all stand at their places. */
    public static Question of(String id, String question, String context, List<AnswerSpan> answers) {
        return new Question(
                id,
                question,
                context,
                answers,
                answers.stream().map(AnswerSpan::text).toList(),
                answers.isEmpty());
    }

    private static void check(String id, String context, List<String> goldTexts, AnswerSpan answer) {
        if (!context.startsWith(answer.text(), answer.start()) || !goldTexts.contains(answer.text())) {
            throw new IllegalArgumentException("question '" + id + "': the answer '" + Excerpt.of(answer.text(), 40)
                    + "' does not stand at " + answer.start() + " of the context, or is none of the gold texts."
                    + " Offsets are UTF-16 indices from 0.");
        }
    }

    /** Whether it is known what the right answer is, or that there is none. Questions to predict may be without. */
    public boolean labelled() {
        return impossible || !goldTexts.isEmpty();
    }

    /** Whether a model can learn from it: it is impossible, or the place of an answer is known. */
    public boolean trainable() {
        return impossible || !answers.isEmpty();
    }
}
