package ai.graft.finetune.cli;

import ai.graft.model.network.Head;
import java.util.Locale;
import java.util.Optional;

/** The heads by the words of the command line. */
enum HeadChoice {
    CLASSIFICATION,
    TOKENS,
    QA,
    MLM,
    NONE;

    /** The head; {@code labels} is of no account where it has none. */
    Head head(int labels) {
        return switch (this) {
            case CLASSIFICATION -> new Head.SequenceClassification(labels);
            case TOKENS -> new Head.TokenClassification(labels);
            case QA -> new Head.QuestionAnswering();
            case MLM -> new Head.MaskedLm();
            case NONE -> new Head.None();
        };
    }

    /**
     * A head with the number of labels that {@code --num-labels} asks for.
     *
     * @throws IllegalArgumentException where the number is below 1, or the head has no labels
     */
    static Head withLabels(Head head, Optional<Integer> numLabels) {
        if (numLabels.isEmpty()) {
            return head;
        }
        int labels = numLabels.get();
        if (labels < 1) {
            throw new IllegalArgumentException("--num-labels is " + labels + ", it must be 1 or more");
        }
        if (head instanceof Head.SequenceClassification) {
            return new Head.SequenceClassification(labels);
        } else if (head instanceof Head.TokenClassification) {
            return new Head.TokenClassification(labels);
        }
        throw new IllegalArgumentException("--num-labels is " + labels + ", but the head " + head.suffix()
                + " has no labels. Leave it out, or use a head that classifies.");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
