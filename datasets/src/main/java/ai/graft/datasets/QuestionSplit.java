package ai.graft.datasets;

import java.util.Objects;

/**
 * A set of questions in two parts that share no context; both keep the order of the questions.
 *
 * @param train the part to learn from
 * @param rest the part held back
 */
public record QuestionSplit(QuestionSet train, QuestionSet rest) {
    /** Checks that both parts are there. */
    public QuestionSplit {
        Objects.requireNonNull(train, "train");
        Objects.requireNonNull(rest, "rest");
    }
}
