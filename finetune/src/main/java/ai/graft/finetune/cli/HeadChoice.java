package ai.graft.finetune.cli;

import ai.graft.model.checkpoint.Checkpoint;
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
     * The head that {@code --head} and {@code --num-labels} ask for. A number of labels alone puts a classifier on a bare
     * encoder.
     *
     * @throws ai.graft.model.checkpoint.CheckpointException where no choice was made and the configuration's head has no
     *     network here
     * @throws IllegalArgumentException as {@link #withLabels}
     */
    static Head asked(Checkpoint checkpoint, Optional<HeadChoice> choice, Optional<Integer> numLabels) {
        if (choice.isPresent()) {
            return withLabels(choice.get().head(checkpoint.config().labels().size()), numLabels);
        }
        Head named = checkpoint.head();
        boolean newHead = named instanceof Head.None && numLabels.isPresent();
        return withLabels(newHead ? new Head.SequenceClassification(1) : named, numLabels);
    }

    /**
     * A head with another number of labels, where one is given.
     *
     * @throws IllegalArgumentException where the number is below 1, or the head has no labels
     */
    private static Head withLabels(Head head, Optional<Integer> numLabels) {
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
