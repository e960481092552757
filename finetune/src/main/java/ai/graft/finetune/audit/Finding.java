package ai.graft.finetune.audit;

import ai.graft.datasets.Example;
import java.util.Optional;

/**
 * A row that deserves a look.
 *
 * @param example the row; of the test data for a leak
 * @param suggested the label that is more likely, or that the other row has
 * @param score how much more probable the suggested label is than the given one, or how similar the other row is; at most 1
 * @param other the row that it repeats, in the training data
 */
public record Finding(Kind kind, Example example, String suggested, double score, Optional<Example> other) {
    /** What is the matter. */
    public enum Kind {
        /** The label is likely wrong. */
        LABEL,
        /** It repeats an earlier row, which has another label. */
        CONTRADICTION,
        /** It repeats an earlier row with the same label. */
        DUPLICATE,
        /** A row of the test data that repeats one of the training data. */
        LEAK
    }

    /** The label that the row has. */
    public String given() {
        return example.labels().get(0);
    }
}
