package ai.graft.datasets;

import java.util.List;
import java.util.Objects;

/**
 * A text with the questions about it.
 *
 * @param context the text; each of the questions has the same
 * @param questions in the order of the file
 */
public record Paragraph(String context, List<Question> questions) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if a question is about another text
     */
    public Paragraph {
        Objects.requireNonNull(context, "context");
        questions = List.copyOf(questions);
        for (Question question : questions) {
            if (!question.context().equals(context)) {
                throw new IllegalArgumentException("question '" + question.id()
                        + "' is about another text than its paragraph. Put it into a paragraph of its own.");
            }
        }
    }
}
