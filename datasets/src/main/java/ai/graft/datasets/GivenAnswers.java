package ai.graft.datasets;

import java.util.List;
import java.util.Optional;

/**
 * What a file says of the answers to a question.
 *
 * @param answers empty ones included
 * @param told whether it says anything: an empty list of answers means that there is none, no list that none is known
 * @param impossible what its {@code is_impossible} says
 */
record GivenAnswers(List<GivenAnswer> answers, boolean told, Optional<Boolean> impossible) {
    /** No word about answers. */
    static final GivenAnswers UNTOLD = new GivenAnswers(List.of(), false, Optional.empty());

    /** The answers of one cell; an empty one means that there is none. */
    static GivenAnswers of(GivenAnswer answer) {
        return new GivenAnswers(List.of(answer), true, Optional.empty());
    }

    /** Those that have a text. */
    List<GivenAnswer> filled() {
        return answers.stream().filter(answer -> !answer.text().isEmpty()).toList();
    }

    /** Whether the file says that there is no answer; a list without answers under {@code false} says nothing. */
    boolean isImpossible() {
        return impossible.orElse(told && filled().isEmpty());
    }
}
